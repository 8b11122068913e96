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
import type { Offence } from "../trust/conduct.ts";
import { DEFAULT_MAX_STREAMS_PER_PEER, ProtocolServer } from "../protocol_server.ts";
import { Connector, MAX_STREAMS_PER_CONNECTION } from "./connector.ts";
import { fromRawStream } from "./libp2p_link.ts";

/** Finds the peers that somebody has connected to by hand. */
const DIRECT: Finder = { name: "direct", reach: "wide" };

/** What the network is made of. */
export interface Libp2pNetworkDeps {
  readonly node: Libp2p;
  readonly peers: PeerBook;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  /** Owns discovery; ended first, while announcements can still be taken back. */
  readonly background: BackgroundGroup;
  /** What is closed with the network, the node among it. */
  readonly resources: AsyncDisposableStack;
}

/** How peers are found and held. */
export interface StartDiscoveryOptions {
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
  #discovery: Discovery | undefined;
  #redial: Redial | undefined;
  #isClosed = false;

  constructor(deps: Libp2pNetworkDeps) {
    const { node, peers, clock } = deps;
    this.#deps = deps;
    this.peerId = node.peerId.toString();
    const adopt = (raw: RawStream, peerId: string): Stream => this.#adopt(raw, peerId);
    this.#connector = new Connector({ node, peers, clock, adopt });
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
    const { node, logger } = this.#deps;
    const { maxStreamsPerPeer = DEFAULT_MAX_STREAMS_PER_PEER } = options;
    if (node.getProtocols().includes(protocol)) {
      throw new TypeError(`Cannot serve protocol as it is served already: protocol "${protocol}"`);
    }
    const server = new ProtocolServer({ group, protocol, handler, maxStreamsPerPeer, logger });
    const accept = (raw: RawStream, { remotePeer }: Connection): void => {
      this.#deps.peers.touch(remotePeer.toString());
      server.accept(this.#adopt(raw, remotePeer.toString()));
    };
    const maxInboundStreams = Math.max(maxStreamsPerPeer, MAX_STREAMS_PER_CONNECTION);
    group.spawn(`serve ${protocol}`, async (signal) => {
      await waitForAbort(signal);
      await node.unhandle(protocol);
    });
    await node.handle(protocol, accept, {
      maxInboundStreams,
      maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
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
    const addresses = this.multiaddrs()
      .map((multiaddr) => ({ multiaddr, kind: "listen" as const, isVerified: false }));
    return { status: "unknown", addresses };
  }

  noteOffence(peerId: string, offence: Offence): void {
    this.#deps.logger?.debug("Peer has misbehaved", { peerId, offence });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#deps.background[Symbol.asyncDispose]();
    this.#isClosed = true;
    // libp2p would end them in good order, and a cut-off answer would look complete.
    for (const stream of this.#streams) stream.abort(new NetworkClosedError(this.peerId));
    await this.#deps.resources.disposeAsync();
  }

  /** Look for peers, and hold on to them, until the network is closed. */
  startDiscovery({ methods, bootstrap, memory }: StartDiscoveryOptions): void {
    const { peers: book, clock, logger, background: { group } } = this.#deps;
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

  #adopt(raw: RawStream, remotePeerId: string): DuplexStream {
    const stream = fromRawStream(raw, {
      remotePeerId,
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
