import type { Connection, Libp2p, Stream as RawStream } from "@libp2p/interface";
import { type Clock, type TaskGroup, waitForAbort } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { BackgroundGroup } from "../background_group.ts";
import type { DiscoveryMethod } from "../discovery/discovery_method.ts";
import { holdOnToPeers } from "../discovery/hold_on_to_peers.ts";
import type { PeerBook } from "../discovery/peer_book.ts";
import type { Finder } from "../discovery/peer_entry.ts";
import type { PeerMemory } from "../discovery/peer_memory.ts";
import type { Redial } from "../discovery/redial.ts";
import { type Discovery, runDiscovery } from "../discovery/run_discovery.ts";
import { watchNetwork } from "../discovery/watch_network.ts";
import type { DuplexStream } from "../duplex_stream.ts";
import { NetworkClosedError } from "../errors.ts";
import type {
  DiscoveredPeer,
  DiscoverOptions,
  DiscoveryHealth,
  DiscoveryReport,
  HandleOptions,
  Network,
  OpenStreamOptions,
  PeerConnection,
  PeerTarget,
  Reachability,
  Stream,
  StreamHandler,
} from "../network.ts";
import type { Offence } from "../conduct/offence.ts";
import { ProtocolServer } from "../protocol_server.ts";
import { Connector, MAX_STREAMS_PER_CONNECTION } from "./connector.ts";
import type { NodeGuard } from "./guard/node_guard.ts";
import { fromRawStream } from "./libp2p_link.ts";
import type { OwnAddresses } from "./own_addresses.ts";
import type { Reach } from "./reach/reach.ts";
import { watchConnections } from "./watch_connections.ts";
import { watchOwnAddresses } from "./watch_own_addresses.ts";

/** Finds the peers that somebody has connected to by hand. */
const DIRECT: Finder = { name: "direct", reach: "wide" };

/** What the network is made of. */
export interface Libp2pNetworkDeps {
  readonly node: Libp2p;
  /** Holds its peers to what they may do. */
  readonly guard: NodeGuard;
  readonly peers: PeerBook;
  /** What others are told of where it is. */
  readonly addresses: OwnAddresses;
  /** How it is reached from other networks; `undefined` if only directly. */
  readonly reach: Reach | undefined;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  /** Owns discovery; ended first, while announcements can still be taken back. */
  readonly background: BackgroundGroup;
  /** What is closed with the network, the node among it. */
  readonly resources: AsyncDisposableStack;
}

/** How peers are found and held. */
export interface DiscoveryPlan {
  readonly methods: readonly DiscoveryMethod[];
  /** Addresses of peers to stay connected to. */
  readonly bootstrap: readonly string[];
  /** Where peers are remembered. */
  readonly memory: PeerMemory | undefined;
}

/** The network over a started libp2p node. */
export class Libp2pNetwork implements Network {
  readonly peerId: string;
  readonly #deps: Libp2pNetworkDeps;
  readonly #connector: Connector;
  readonly #streams = new Set<DuplexStream>();
  #plan: DiscoveryPlan | undefined;
  #discovery: Discovery | undefined;
  #redial: Redial | undefined;
  #isClosed = false;

  constructor(deps: Libp2pNetworkDeps) {
    const { node, peers, clock, reach } = deps;
    this.#deps = deps;
    this.peerId = node.peerId.toString();
    const adopt = (raw: RawStream, on: Connection): Stream => this.#adopt(raw, on);
    const prepareRelayed = reach && (() => reach.prepareToDial());
    this.#connector = new Connector({ node, peers, clock, adopt, prepareRelayed });
  }

  multiaddrs(): readonly string[] {
    return this.#deps.node.getMultiaddrs().map((address) => address.toString());
  }

  async handle(
    group: TaskGroup,
    protocol: string,
    handler: StreamHandler,
    options: HandleOptions = {},
  ): Promise<void> {
    this.#throwIfClosed();
    const { node, guard, clock, logger } = this.#deps;
    if (node.getProtocols().includes(protocol)) {
      throw new TypeError(`Cannot serve protocol as it is served already: protocol "${protocol}"`);
    }
    const server = new ProtocolServer({
      ...options,
      group,
      protocol,
      handler,
      conduct: guard.conduct,
      onFlood: (peerId) => guard.noteOffence(peerId, "flood"),
      clock,
      logger,
    });
    const accept = (raw: RawStream, connection: Connection): void => {
      this.#deps.peers.touch(connection.remotePeer.toString());
      server.accept(this.#adopt(raw, connection));
    };
    const { maxStreamsPerPeer = 0 } = options;
    const maxInboundStreams = Math.max(maxStreamsPerPeer, MAX_STREAMS_PER_CONNECTION);
    group.spawn(`serve ${protocol}`, async (signal) => {
      await waitForAbort(signal);
      await node.unhandle(protocol);
    });
    await node.handle(protocol, accept, {
      maxInboundStreams,
      maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
      runOnLimitedConnection: true,
    });
  }

  async openStream(
    target: PeerTarget,
    protocol: string,
    { signal }: OpenStreamOptions = {},
  ): Promise<Stream> {
    return await this.#whileOpen(
      () => this.#connector.openStream(target, protocol, signal),
      signal,
    );
  }

  async connect(target: PeerTarget, { signal }: OpenStreamOptions = {}): Promise<PeerConnection> {
    const connect = (): Promise<PeerConnection> => this.#connector.connect(target, signal);
    const connection = await this.#whileOpen(connect, signal);
    const { peerId, multiaddr, direction } = connection;
    this.#redial?.allow(peerId);
    if (direction === "outbound") {
      this.#deps.peers.found(DIRECT, { peerId, multiaddrs: [multiaddr] });
      this.#deps.peers.noteVerified(peerId, multiaddr);
    }
    return connection;
  }

  async disconnect(peerId: string): Promise<boolean> {
    this.#throwIfClosed();
    this.#redial?.drop(peerId);
    return await this.#connector.disconnect(peerId);
  }

  connections(): readonly PeerConnection[] {
    return this.#connector.connections();
  }

  discoveredPeers(): readonly DiscoveredPeer[] {
    return this.#deps.peers.list();
  }

  async discover(options: DiscoverOptions = {}): Promise<readonly DiscoveryReport[]> {
    const look = async (): Promise<readonly DiscoveryReport[]> =>
      await this.#discovery?.lookNow(options) ?? [];
    return await this.#whileOpen(look, options.signal);
  }

  discoveryHealth(): readonly DiscoveryHealth[] {
    return this.#discovery?.health() ?? [];
  }

  reachability(): Reachability {
    const { reach, addresses } = this.#deps;
    return reach?.reachability() ?? { status: "unknown", addresses: addresses.list() };
  }

  noteOffence(peerId: string, offence: Offence): void {
    this.#deps.guard.noteOffence(peerId, offence);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#deps.background[Symbol.asyncDispose]();
    this.#isClosed = true;
    // libp2p would end them in good order, and a cut-off answer would look complete.
    for (const stream of this.#streams) stream.abort(new NetworkClosedError(this.peerId));
    await this.#deps.resources.disposeAsync();
  }

  /** Set how peers are found and held, from the start of discovery until the network is closed. */
  planDiscovery(plan: DiscoveryPlan): void {
    this.#plan = plan;
  }

  startDiscovery(): void {
    this.#throwIfClosed();
    if (this.#plan === undefined || this.#discovery !== undefined) return;
    const { methods, bootstrap, memory } = this.#plan;
    const { node, peers: book, clock, logger, background: { group } } = this.#deps;
    this.#redial = holdOnToPeers(group, {
      book,
      memory,
      bootstrap,
      connect: async (target, signal) => (await this.#connector.connect(target, signal)).peerId,
      waitUntilLost: (peerId, signal) => this.#connector.waitUntilLost(peerId, signal),
      clock,
      logger,
    });
    this.#discovery = runDiscovery(group, { methods, book, self: this, clock, logger });
    const watch = watchConnections(group, { node, peers: book, clock, logger });
    const onChange = (): void => {
      watch.noteNetworkChange();
      this.#redial?.wakeAll();
      this.#discovery?.noteNetworkChange();
    };
    watchNetwork(group, { onChange, clock, logger });
    watchOwnAddresses(group, node, {
      onChange: () => this.#discovery?.noteOwnAddresses(),
      clock,
    });
  }

  async #whileOpen<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    this.#throwIfClosed();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      this.#throwIfClosed();
      throw error;
    }
  }

  #adopt(raw: RawStream, connection: Connection): DuplexStream {
    const stream = fromRawStream(raw, {
      remotePeerId: connection.remotePeer.toString(),
      isOutdated: () => this.#connector.hasBetterThan(connection),
      clock: this.#deps.clock,
      openStreams: this.#streams,
    });
    // It was under way when the network was closed.
    if (this.#isClosed) stream.abort(new NetworkClosedError(this.peerId));
    return stream;
  }

  #throwIfClosed(): void {
    if (this.#isClosed) throw new NetworkClosedError(this.peerId);
  }
}
