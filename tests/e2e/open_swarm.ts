import { systemClock, type TaskGroup } from "../../src/concurrency/mod.ts";
import { createDht } from "../../src/network/discovery/dht/mod.ts";
import { createRendezvous, serveRendezvous } from "../../src/network/discovery/rendezvous/mod.ts";
import {
  createIdentity,
  createPeerRecordCodec,
  openLibp2pNetwork,
} from "../../src/network/libp2p/mod.ts";
import type { Network } from "../../src/network/mod.ts";

/** Nodes that are started one after the other, so that none waits long for its turn. */
const STARTED_AT_ONCE = 5;
const NAMESPACE = "swarm";

/** By what the nodes find each other. */
export type SwarmWay = "dht" | "rendezvous";

/** Many nodes in one process that look for each other. Disposing it stops them. */
export interface Swarm extends AsyncDisposable {
  readonly members: readonly Network[];
  /** How many others each member has found. */
  countFound(): readonly number[];
  /** Have all members look, some at a time. */
  look(): Promise<void>;
}

/** Which nodes. */
export interface SwarmOptions {
  readonly size: number;
  readonly way: SwarmWay;
}

/**
 * Start nodes that know only one other node, which brings them together.
 *
 * @param group What that node's services live in.
 * @param options How many, and by what they find each other.
 */
export async function openSwarm(group: TaskGroup, { size, way }: SwarmOptions): Promise<Swarm> {
  await using opening = new AsyncDisposableStack();
  const root = opening.use(await openRoot(group, way));
  const members: Network[] = [];
  await forEach(Array.from({ length: size }, (_, index) => index), async () => {
    const member = await openMember(root.multiaddrs(), way);
    members.push(opening.use(member));
  });
  const ids = new Set(members.map(({ peerId }) => peerId));
  const resources = opening.move();
  return {
    members,
    countFound: () =>
      members.map((member) =>
        member.discoveredPeers().filter(({ peerId, methods }) =>
          methods.includes(way) && ids.has(peerId)
        ).length
      ),
    look: () =>
      forEach(members, async (member) => {
        await member.discover({ methods: [way], timeoutMs: 30_000 });
      }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function openRoot(group: TaskGroup, way: SwarmWay): Promise<Network> {
  if (way === "dht") return await openMember([], way);
  const identity = await createIdentity();
  const network = await openLibp2pNetwork({ identity, listen: ["/ip4/127.0.0.1/tcp/0"] });
  const records = createPeerRecordCodec(identity);
  await serveRendezvous(group, { network, records, clock: systemClock });
  return network;
}

async function openMember(points: readonly string[], way: SwarmWay): Promise<Network> {
  const identity = await createIdentity();
  const records = createPeerRecordCodec(identity);
  const namespace = NAMESPACE;
  return await openLibp2pNetwork({
    identity,
    listen: ["/ip4/127.0.0.1/tcp/0"],
    bootstrap: points,
    kad: way === "dht" ? {} : undefined,
    methods: (network, { dht }) =>
      dht === undefined
        ? [createRendezvous({ network, points, namespace, records })]
        : [createDht({ dht, namespace, records })],
  });
}

async function forEach<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(Array.from({ length: STARTED_AT_ONCE }, async () => {
    for (const item of rest) await run(item);
  }));
}
