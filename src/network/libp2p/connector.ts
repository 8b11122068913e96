import {
  type Connection,
  KEEP_ALIVE,
  type Libp2p,
  type PeerId,
  type Stream as RawStream,
} from "@libp2p/interface";
import {
  abortable,
  CancelReason,
  type Clock,
  failAfter,
  moveOnAfter,
} from "../../concurrency/mod.ts";
import { AppError } from "../../error/mod.ts";
import type { PeerBook } from "../discovery/peer_book.ts";
import { PeerUnreachableError, ProtocolUnsupportedError } from "../errors.ts";
import type { PeerConnection, PeerTarget, Stream } from "../network.ts";
import { type Dialled, Dialler, type DialTarget } from "./dialler.ts";
import { parsePeerId } from "./multiaddr.ts";
import { NegotiationGate } from "./negotiation_gate.ts";
import { listOpenConnections, PING_PROTOCOL } from "./open_connections.ts";
import { explainUnreachable } from "./explain_unreachable.ts";

/** libp2p's own limit for each connection and protocol; ours for each peer is below it. */
export const MAX_STREAMS_PER_CONNECTION = 1024;
/** How long a peer may take from the first packet of the dial to the agreed protocol. */
const REACH_TIMEOUT_MS = 10_000;
/** A connection on which nothing was answered for this long may have lost its other end. */
const SUSPECT_AFTER_MS = 3_000;
/** How often a peer that is connected is noted as seen. */
const REFRESH_MS = 20_000;

/** What a {@linkcode Connector} works with. */
export interface ConnectorDeps {
  readonly node: Libp2p;
  readonly peers: PeerBook;
  readonly clock: Clock;
  /** Makes a stream of ours from a new one of libp2p's, in the very turn in which it is there. */
  readonly adopt: (raw: RawStream, connection: Connection) => Stream;
  /** Makes addresses through relays dialable; else they are not. @default they are not */
  readonly prepareRelayed?: (() => Promise<void>) | undefined;
}

/** Reaches peers: connects to them, opens streams on the connections, and watches these. */
export class Connector {
  readonly #deps: ConnectorDeps;
  readonly #dialler: Dialler;
  readonly #gate = new NegotiationGate();

  constructor(deps: ConnectorDeps) {
    const { node, peers, clock, prepareRelayed } = deps;
    this.#deps = deps;
    this.#dialler = new Dialler({ node, peers, clock, prepareRelayed });
    node.addEventListener("connection:open", ({ detail }) => {
      const { remotePeer, remoteAddr, direction } = detail;
      // Where an inbound connection comes from is not where its peer can be dialled.
      if (direction === "inbound") peers.touch(remotePeer.toString());
      else peers.noteVerified(remotePeer.toString(), remoteAddr.toString());
    });
  }

  /** Open a stream; see `Network.openStream`. */
  async openStream(
    target: PeerTarget,
    protocol: string,
    signal: AbortSignal | undefined,
  ): Promise<Stream> {
    return await this.#reach(target, (to, limit) => this.#open(to, protocol, limit), signal);
  }

  /**
   * Connect, and see that the peer answers: one that turns us away does so after the dial has ended
   * well.
   */
  async connect(target: PeerTarget, signal: AbortSignal | undefined): Promise<PeerConnection> {
    return await this.#reach(target, async (to, limit) => {
      const peerId = await this.#ping(to, limit);
      const connection = this.connections().findLast((each) => each.peerId === peerId);
      if (connection !== undefined) return connection;
      throw new PeerUnreachableError(to.name, "the connection was lost at once");
    }, signal);
  }

  /** Close all connections to a peer. Returns whether there was one. */
  async disconnect(peerId: string): Promise<boolean> {
    const isConnected = this.connections().some((connection) => connection.peerId === peerId);
    if (!isConnected) return false;
    const id = parsePeerId(peerId);
    try {
      await this.#stopKeepingAlive(id);
    } finally {
      await this.#deps.node.hangUp(id);
    }
    return true;
  }

  /** libp2p would call a relay, and peers of a table, back at once. */
  async #stopKeepingAlive(peerId: PeerId): Promise<void> {
    const { peerStore } = this.#deps.node;
    // It throws for a peer of which it knows nothing; that one is not kept alive either.
    const known = await peerStore.get(peerId).catch(() => undefined);
    const kept = [...known?.tags.keys() ?? []].filter((tag) => tag.startsWith(KEEP_ALIVE));
    if (kept.length === 0) return;
    await peerStore.merge(peerId, {
      tags: Object.fromEntries(kept.map((tag) => [tag, undefined])),
    });
  }

  /** All open connections, oldest first. */
  connections(): readonly PeerConnection[] {
    return listOpenConnections(this.#deps.node).map(toPeerConnection)
      .sort((a, b) => a.openedAtMs - b.openedAtMs);
  }

  /** Whether a connection goes through a relay, and there is one to its peer that does not. */
  hasBetterThan({ direct, remotePeer }: Connection): boolean {
    if (direct) return false;
    return listOpenConnections(this.#deps.node, remotePeer).some((other) => other.direct);
  }

  /** Wait until there is no connection to a peer. It is seen for as long as there is one. */
  async waitUntilLost(peerId: string, signal: AbortSignal): Promise<void> {
    const { node, clock, peers } = this.#deps;
    const id = parsePeerId(peerId);
    for (let open; (open = listOpenConnections(node, id)[0]) !== undefined;) {
      peers.touch(peerId);
      const closed = Promise.withResolvers<void>();
      const onClose = (): void => closed.resolve();
      open.addEventListener("close", onClose, { once: true });
      try {
        const wait = (limit: AbortSignal): Promise<void> => abortable(closed.promise, limit);
        await moveOnAfter(REFRESH_MS, wait, { clock, signal });
      } finally {
        open.removeEventListener("close", onClose);
      }
    }
  }

  async #reach<T>(
    target: PeerTarget,
    work: (target: DialTarget, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const dialTarget = this.#dialler.resolve(target);
    try {
      return await failAfter(REACH_TIMEOUT_MS, (limit) => work(dialTarget, limit), {
        name: "reach peer",
        clock: this.#deps.clock,
        signal,
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw toReachError(error, dialTarget);
    }
  }

  async #ping(target: DialTarget, signal: AbortSignal): Promise<string> {
    try {
      const stream = await this.#open(target, PING_PROTOCOL, signal);
      stream.abort(new Error("The peer has answered"));
      return stream.remotePeerId;
    } catch (error) {
      if (error instanceof ProtocolUnsupportedError) return error.peerId;
      throw error;
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
      if (error instanceof ProtocolUnsupportedError) {
        const stream = await this.#openBeside(first.connection, protocol, signal);
        if (stream !== undefined) return stream;
      }
      // A connection that was lost unnoticed is no reason to give up.
      if (!first.isReused || first.connection.status === "open" || signal.aborted) throw error;
    }
    return await this.#negotiate(await this.#dialler.dial(target, signal), protocol, signal);
  }

  /**
   * Try the other connections to a peer that does not serve a protocol on one that it has made: another
   * program with the same identity may have made that, such as a worker beside its node.
   */
  async #openBeside(
    refused: Connection,
    protocol: string,
    signal: AbortSignal,
  ): Promise<Stream | undefined> {
    if (refused.direction === "outbound") return undefined;
    for (const connection of this.#dialler.listOpen(refused.remotePeer)) {
      if (connection === refused) continue;
      try {
        return await this.#negotiate({ connection, isReused: true }, protocol, signal);
      } catch (error) {
        if (!(error instanceof ProtocolUnsupportedError)) throw error;
      }
    }
    return undefined;
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
        runOnLimitedConnection: true,
        signal,
      });
      return this.#deps.adopt(raw, connection);
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
}

function toPeerConnection(connection: Connection): PeerConnection {
  return {
    peerId: connection.remotePeer.toString(),
    multiaddr: connection.remoteAddr.toString(),
    isRelayed: !connection.direct,
    direction: connection.direction,
    openedAtMs: connection.timeline.open,
    streams: connection.streams.length,
  };
}

/** A refusal of the protocol is an answer, too: the peer is there and negotiates. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && error.name === "UnsupportedProtocolError";
}

/** The error for the caller, from whatever the dial or the negotiation ended with. */
function toReachError(error: unknown, { name }: DialTarget): unknown {
  if (error instanceof CancelReason) {
    const reason = `it did not answer within ${REACH_TIMEOUT_MS} ms`;
    return new PeerUnreachableError(name, reason, { cause: error });
  }
  if (error instanceof AppError) return error;
  const { reason, hint } = explainUnreachable(error);
  return new PeerUnreachableError(name, reason, { cause: error, hint });
}
