import { type Clock, systemClock } from "../../../../../src/concurrency/mod.ts";
import { createDht } from "../../../../../src/network/discovery/dht/mod.ts";
import type { Dht } from "../../../../../src/network/discovery/dht/dht.ts";
import {
  createIdentity,
  createPeerRecordCodec,
  type KadOptions,
  openLibp2pNetwork,
} from "../../../../../src/network/libp2p/mod.ts";
import type { DiscoveredPeer, Network, PeerRecordCodec } from "../../../../../src/network/mod.ts";

/** A real node in a table. */
export interface KadNode extends AsyncDisposable {
  readonly network: Network;
  readonly dht: Dht;
  readonly records: PeerRecordCodec;
}

/** How a node is opened. */
export interface KadNodeOptions {
  readonly bootstrap?: readonly string[];
  readonly kad?: KadOptions;
  /** Whether it can be dialled. @default {true} */
  readonly isListening?: boolean;
  /** What its peers have in common. @default {"team"} */
  readonly namespace?: string;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock;
}

/** Open a node that takes part in a table, and finds peers by it. */
export async function openKadNode(options: KadNodeOptions = {}): Promise<KadNode> {
  const { bootstrap = [], kad = {}, isListening = true, namespace = "team" } = options;
  const { clock = systemClock } = options;
  const identity = await createIdentity();
  const records = createPeerRecordCodec(identity);
  const tables: Dht[] = [];
  const network = await openLibp2pNetwork({
    identity,
    listen: isListening ? ["/ip4/127.0.0.1/tcp/0"] : [],
    bootstrap,
    kad,
    clock,
    methods: (_network, { dht }) => {
      if (dht === undefined) throw new TypeError("The node is in no table");
      tables.push(dht);
      return [createDht({ dht, namespace, records })];
    },
  });
  const [dht] = tables;
  if (dht === undefined) throw new TypeError("The node has not asked for methods");
  return { network, dht, records, [Symbol.asyncDispose]: () => network[Symbol.asyncDispose]() };
}

/** Look until something is as it is to be. */
export async function lookUntil(
  { network }: Pick<KadNode, "network">,
  isDone: (found: readonly DiscoveredPeer[]) => boolean,
): Promise<readonly DiscoveredPeer[]> {
  const deadlineMs = performance.now() + 30_000;
  for (;;) {
    await network.discover({ methods: ["dht"], timeoutMs: 20_000 });
    const found = network.discoveredPeers().filter(({ methods }) => methods.includes("dht"));
    if (isDone(found)) return found;
    if (performance.now() > deadlineMs) throw new Error(`Only ${found.length} peers are found`);
    // The nodes of a table get to know each other in the background.
    await systemClock.sleep(20);
  }
}
