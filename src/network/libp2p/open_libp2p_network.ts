import { type Clock, systemClock } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { openBackgroundGroup } from "../background_group.ts";
import { createBootstrap } from "../discovery/bootstrap.ts";
import type { DiscoveryMethod } from "../discovery/discovery_method.ts";
import type { ResolveTxt } from "../discovery/dnsaddr.ts";
import { createMdns } from "../discovery/mdns/create_mdns.ts";
import { PeerBook } from "../discovery/peer_book.ts";
import { PeerMemory } from "../discovery/peer_memory.ts";
import type { Dht } from "../discovery/dht/dht.ts";
import type { Network } from "../network.ts";
import type { ConnectionPolicy } from "../conduct/connection_policy.ts";
import type { Refusal } from "../conduct/refusal.ts";
import { NodeGuard } from "./guard/node_guard.ts";
import { createIdentity, type Identity } from "./identity.ts";
import type { KadOptions } from "./kad/kad_options.ts";
import { Libp2pNetwork } from "./libp2p_network.ts";
import { loadFeatures } from "./load_features.ts";
import { parseMultiaddr } from "./multiaddr.ts";
import { OwnAddresses } from "./own_addresses.ts";
import type { ReachOptions } from "./reach/reach_options.ts";
import { startNode } from "./start_node.ts";

/** How a node is opened. */
export interface Libp2pNetworkOptions {
  /** Who the node is. @default {a new identity, gone when the program ends} */
  readonly identity?: Identity | undefined;
  /** Where to listen, as multiaddrs over TCP; port 0 picks a free one. @default {[]} dial only */
  readonly listen?: readonly string[] | undefined;
  /** Peers to stay connected to, as multiaddrs, `/dnsaddr` among them. @default {[]} */
  readonly bootstrap?: readonly string[] | undefined;
  /** How the names of bootstrap peers are resolved. @default the resolver of the system */
  readonly resolveTxt?: ResolveTxt | undefined;
  /** Find peers on the local network and, if the node listens, be found there. @default {false} */
  readonly mdns?: boolean | undefined;
  /** Other ways to find peers. Some of them need the network that they work for. @default none */
  readonly methods?:
    | ((network: Network, facilities: NetworkFacilities) => readonly DiscoveryMethod[])
    | undefined;
  /** Whether `Network.startDiscovery` begins to look for peers, and not the opening. @default {false} */
  readonly isDiscoveryDeferred?: boolean | undefined;
  /** Take part in a distributed hash table. @default {undefined} in none */
  readonly kad?: KadOptions | undefined;
  /** How the node is reached from other networks. @default {undefined} only directly */
  readonly reach?: ReachOptions | undefined;
  /** The key of a private swarm, as its file holds it. @default {undefined} the swarm is open */
  readonly swarmKey?: Uint8Array | undefined;
  /** Who may be connected at all. @default {undefined} everybody who is not banned */
  readonly policy?: ConnectionPolicy | undefined;
  /** Told of what peers were not let do. @default {nobody} */
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
  /**
   * Where the peers that have answered are remembered over restarts; the node stays connected to
   * them. @default {undefined} they are not
   */
  readonly knownPeersDirectory?: string | undefined;
  /** Where events are logged. @default {nowhere} */
  readonly logger?: Logger | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Gives up before the node is started. */
  readonly signal?: AbortSignal | undefined;
}

/** What methods of discovery can use of a node besides its network. */
export interface NetworkFacilities {
  /** The table that it takes part in; `undefined` if it does not. */
  readonly dht: Dht | undefined;
}

/**
 * Open a libp2p node: TCP, Noise, Yamux, identify, ping, and discovery as wanted.
 *
 * It returns when the node listens; peers are found and dialled in the background, side by side.
 * Disposing it breaks all streams and closes all connections.
 *
 * @param options Identity, addresses, discovery.
 * @returns The network.
 * @throws {InvalidMultiaddrError} If an address is not valid.
 * @throws {ListenError} If the node cannot listen where it was told to.
 * @throws {TypeError} If two methods of discovery have one name.
 */
export async function openLibp2pNetwork(options: Libp2pNetworkOptions = {}): Promise<Network> {
  const { listen = [], bootstrap = [], resolveTxt, mdns = false } = options;
  const { isDiscoveryDeferred = false } = options;
  const { logger, clock = systemClock } = options;
  options.signal?.throwIfAborted();
  const { announce = [], relays = [] } = options.reach ?? {};
  for (const address of [...listen, ...bootstrap, ...announce, ...relays]) parseMultiaddr(address);
  const identity = options.identity ?? await createIdentity();
  const peers = new PeerBook({ selfPeerId: identity.peerId, clock });
  const memory = options.knownPeersDirectory === undefined
    ? undefined
    : await PeerMemory.open(options.knownPeersDirectory, { clock, logger });
  await using opening = new AsyncDisposableStack();
  const { policy, onRefusal, kad: kadOptions, reach: reachOptions, swarmKey } = options;
  const guard = new NodeGuard({ policy, onRefusal, clock, logger });
  const onFlood = (peerId: string): void => guard.refuseFlood(peerId, "too_many_questions");
  const [{ features, kad }, reachModule] = await Promise.all([
    loadFeatures({ kad: kadOptions, swarmKey, onFlood, clock }),
    reachOptions && import("./reach/reach.ts"),
  ]);
  const addresses = new OwnAddresses(identity.peerId, announce);
  const node = await startNode({ identity, listen, addresses, guard, features, logger });
  opening.defer(() => node.stop());
  const background = await openBackgroundGroup("network", logger);
  const reach = reachModule && reachOptions &&
    new reachModule.Reach(background.group, reachOptions, {
      ...{ node, peers, addresses, clock, logger },
      isListening: listen.length > 0,
    });
  const resources = opening.move();
  const network = new Libp2pNetwork({
    ...{ node, guard, peers, addresses, reach, clock, logger, background, resources },
  });
  await using starting = new AsyncDisposableStack();
  starting.use(network);
  await reach?.start();
  const methods = [
    ...(bootstrap.length > 0 ? [createBootstrap({ multiaddrs: bootstrap, resolveTxt })] : []),
    ...(mdns ? [createMdns()] : []),
    ...(options.methods?.(network, { dht: kad?.open(node) }) ?? []),
  ];
  network.planDiscovery({ methods, bootstrap, memory });
  if (!isDiscoveryDeferred) network.startDiscovery();
  starting.move();
  return network;
}
