import type { Connection, Libp2p, Stream as RawStream } from "@libp2p/interface";
import {
  abortable,
  CancelReason,
  type Clock,
  failAfter,
  moveOnAfter,
  type TaskGroup,
  waitForAbort,
} from "../../concurrency/mod.ts";
import { AppError } from "../../error/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { DiscoveredPeers } from "../discovery/discovered_peers.ts";
import type { DuplexStream } from "../duplex_stream.ts";
import { NetworkClosedError, PeerUnreachableError, ProtocolUnsupportedError } from "../errors.ts";
import type {
  DiscoveredPeer,
  HandleOptions,
  Network,
  OpenStreamOptions,
  PeerTarget,
  Stream,
  StreamHandler,
} from "../network.ts";
import { DEFAULT_MAX_STREAMS_PER_PEER, ProtocolServer } from "../protocol_server.ts";
import { type Dialled, Dialler, type DialTarget } from "./dialler.ts";
import { fromRawStream } from "./libp2p_link.ts";
import { NegotiationGate } from "./negotiation_gate.ts";
import { toUnreachableReason } from "./unreachable_reason.ts";

/** How long a peer may take from the first packet of the dial to the agreed protocol. */
const OPEN_TIMEOUT_MS = 10_000;
/** libp2p's own limit for each connection and protocol; ours for each peer is below it. */
const MAX_STREAMS_PER_CONNECTION = 1024;
/** A connection on which nothing was answered for this long may have lost its other end. */
const SUSPECT_AFTER_MS = 3_000;
/** How often a peer that is connected is noted as seen. */
const REFRESH_MS = 20_000;

/** What the network is made of. */
export interface Libp2pNetworkDeps {
  readonly node: Libp2p;
  readonly peers: DiscoveredPeers;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  /** What is closed with the network, the node among it. */
  readonly resources: AsyncDisposableStack;
}

/** The network over a started libp2p node. */
export class Libp2pNetwork implements Network {
  readonly peerId: string;
  readonly #deps: Libp2pNetworkDeps;
  readonly #dialler: Dialler;
  readonly #gate = new NegotiationGate();
  readonly #streams = new Set<DuplexStream>();
  #isClosed = false;

  constructor(deps: Libp2pNetworkDeps) {
    this.#deps = deps;
    this.peerId = deps.node.peerId.toString();
    this.#dialler = new Dialler(deps.node, deps.peers);
  }

  multiaddrs(): readonly string[] {
    return this.#deps.node.getMultiaddrs().map((address) => address.toString());
  }

  discoveredPeers(): readonly DiscoveredPeer[] {
    return this.#deps.peers.list();
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
    options: OpenStreamOptions = {},
  ): Promise<Stream> {
    const { signal } = options;
    signal?.throwIfAborted();
    this.#throwIfClosed();
    const dialTarget = this.#dialler.resolve(target);
    try {
      return await failAfter(OPEN_TIMEOUT_MS, (limit) => this.#open(dialTarget, protocol, limit), {
        name: "open stream",
        clock: this.#deps.clock,
        signal,
      });
    } catch (error) {
      signal?.throwIfAborted();
      this.#throwIfClosed();
      throw toOpenError(error, dialTarget);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    // libp2p would end them in good order, and a cut-off answer would look complete.
    for (const stream of this.#streams) stream.abort(new NetworkClosedError(this.peerId));
    await this.#deps.resources.disposeAsync();
  }

  /** Connect to a peer, list it among the discovered ones, and wait until it is lost. */
  async stayConnected(multiaddr: string, signal: AbortSignal): Promise<void> {
    const { clock, peers } = this.#deps;
    const { connection } = await this.#dialler.dial(this.#dialler.resolve({ multiaddr }), signal);
    const closed = Promise.withResolvers<void>();
    const peerId = connection.remotePeer.toString();
    connection.addEventListener("close", () => closed.resolve(), { once: true });
    while (connection.status === "open") {
      peers.observe({ peerId, multiaddrs: [multiaddr], method: "bootstrap" });
      await moveOnAfter(REFRESH_MS, (limit) => abortable(closed.promise, limit), { clock, signal });
    }
  }

  async #open(target: DialTarget, protocol: string, signal: AbortSignal): Promise<Stream> {
    const first = await this.#dialler.dial(target, signal);
    const startedMs = this.#deps.clock.monotonicMs();
    try {
      return await this.#negotiate(first, protocol, signal);
    } catch (error) {
      const waitedMs = this.#deps.clock.monotonicMs() - startedMs;
      if (signal.aborted && waitedMs >= SUSPECT_AFTER_MS) this.#dialler.suspect(first.connection);
      // A connection that was lost unnoticed is no reason to give up.
      if (!first.isReused || first.connection.status === "open" || signal.aborted) throw error;
    }
    return await this.#negotiate(await this.#dialler.dial(target, signal), protocol, signal);
  }

  async #negotiate(
    { connection }: Dialled,
    protocol: string,
    signal: AbortSignal,
  ): Promise<Stream> {
    const peerId = connection.remotePeer.toString();
    const negotiate = async (): Promise<Stream> => {
      const raw = await connection.newStream([protocol], {
        maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
        signal,
      });
      return this.#adopt(raw, peerId);
    };
    try {
      const stream = await this.#gate.pass(connection, negotiate, { isAnswer, signal });
      this.#deps.peers.touch(peerId);
      return stream;
    } catch (error) {
      if (isAnswer(error)) throw new ProtocolUnsupportedError(peerId, protocol, error);
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

/** A refusal of the protocol is an answer, too: the peer is there and negotiates. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && error.name === "UnsupportedProtocolError";
}

/** The error for the caller, from whatever the dial or the negotiation ended with. */
function toOpenError(error: unknown, { name }: DialTarget): unknown {
  if (error instanceof CancelReason) {
    return new PeerUnreachableError(name, `it did not answer within ${OPEN_TIMEOUT_MS} ms`, error);
  }
  if (error instanceof AppError) return error;
  return new PeerUnreachableError(name, toUnreachableReason(error), error);
}
