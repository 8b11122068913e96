import { type Clock, systemClock } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { DiscoveredPeers } from "../discovery/discovered_peers.ts";
import { keepConnected, type KeepConnectedOptions } from "../discovery/keep_connected.ts";
import type { Network } from "../network.ts";
import { createIdentity, type Identity } from "./identity.ts";
import { Libp2pNetwork } from "./libp2p_network.ts";
import { parseMultiaddr } from "./multiaddr.ts";
import { startNode } from "./start_node.ts";

/** How a node is opened. */
export interface Libp2pNetworkOptions {
  /** Who the node is. @default {a new identity, gone when the program ends} */
  readonly identity?: Identity | undefined;
  /** Where to listen, as multiaddrs over TCP; port 0 picks a free one. @default {[]} dial only */
  readonly listen?: readonly string[] | undefined;
  /** Peers to stay connected to, as multiaddrs. @default {[]} */
  readonly bootstrap?: readonly string[] | undefined;
  /** Find peers on the local network and be found there. @default {false} */
  readonly mdns?: boolean | undefined;
  /** Where events are logged. @default {nowhere} */
  readonly logger?: Logger | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Gives up before the node is started. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Open a libp2p node: TCP, Noise, Yamux, identify, ping, and mDNS if wanted.
 *
 * It returns when the node listens; bootstrap peers are dialled in the background, all at once.
 * Disposing it breaks all streams and closes all connections.
 *
 * @param options Identity, addresses, discovery.
 * @returns The network.
 * @throws {InvalidMultiaddrError} If an address is not valid.
 * @throws {ListenError} If the node cannot listen where it was told to.
 */
export async function openLibp2pNetwork(options: Libp2pNetworkOptions = {}): Promise<Network> {
  const { listen = [], bootstrap = [], mdns = false, logger, clock = systemClock } = options;
  options.signal?.throwIfAborted();
  for (const address of [...listen, ...bootstrap]) parseMultiaddr(address);
  const identity = options.identity ?? await createIdentity();
  const peers = new DiscoveredPeers({ selfPeerId: identity.peerId, clock });
  const node = await startNode({ identity, listen, peers, mdns, logger });
  const resources = new AsyncDisposableStack();
  resources.defer(() => node.stop());
  const network = new Libp2pNetwork({ node, peers, clock, logger, resources });
  resources.use(dialInBackground(bootstrap, {
    connect: (address, signal) => network.stayConnected(address, signal),
    clock,
    logger,
  }));
  return network;
}

function dialInBackground(
  addresses: readonly string[],
  options: Omit<KeepConnectedOptions, "signal">,
): AsyncDisposable {
  const closing = new AbortController();
  const { signal } = closing;
  const running = addresses.map((address) => keepConnected(address, { ...options, signal }));
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      closing.abort();
      await Promise.all(running);
    },
  };
}
