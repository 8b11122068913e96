import type { TaskGroup } from "../concurrency/mod.ts";
import type { Offence } from "./conduct/offence.ts";

/**
 * A node in the peer-to-peer network. Streams are authenticated: `remotePeerId` is who it says.
 */
export interface Network extends AsyncDisposable {
  /** This node's own id. */
  readonly peerId: string;
  /** The addresses others can dial, each ending in `/p2p/<peerId>`. */
  multiaddrs(): readonly string[];
  /**
   * Serve a protocol: each inbound stream runs `handler` as a child of `group`. A handler that
   * throws ends its stream, never the group. Serving stops when the group is cancelled; open
   * streams are reset then, which ends handlers that wait on them.
   *
   * @throws {TypeError} If the protocol is served already.
   */
  handle(
    group: TaskGroup,
    protocol: string,
    handler: StreamHandler,
    options?: HandleOptions,
  ): Promise<void>;
  /**
   * Open a stream to a peer, dialling if needed. Never reaches another peer than the one asked for.
   *
   * An open connection is used, whichever side made it. An address may lack `/p2p/<peerId>`; then
   * `Stream.remotePeerId` tells who answered. A peer that does not answer within 10 seconds counts
   * as unreachable.
   *
   * @throws {InvalidMultiaddrError} If the address is not valid.
   * @throws {PeerUnknownError} If only an id was given and nothing leads to that peer.
   * @throws {PeerUnreachableError} If nobody answers, or somebody else.
   * @throws {ProtocolUnsupportedError} If the peer does not serve the protocol.
   * @throws {NetworkClosedError} If this node is closed.
   */
  openStream(
    target: PeerTarget,
    protocol: string,
    options?: OpenStreamOptions,
  ): Promise<Stream>;
  /**
   * Connect to a peer, or see that there is a connection, and that the peer answers on it. A peer
   * that is kept connected and was disconnected by hand is kept connected again.
   *
   * @throws {InvalidMultiaddrError} If the address is not valid.
   * @throws {PeerUnknownError} If only an id was given and nothing leads to that peer.
   * @throws {PeerUnreachableError} If nobody answers, or somebody else.
   * @throws {NetworkClosedError} If this node is closed.
   */
  connect(target: PeerTarget, options?: OpenStreamOptions): Promise<PeerConnection>;
  /**
   * Close all connections to a peer, whatever is open on them, and do not dial it again by itself.
   *
   * @returns Whether there was a connection.
   */
  disconnect(peerId: string): Promise<boolean>;
  /** All open connections, oldest first. */
  connections(): readonly PeerConnection[];
  /**
   * Begin to look for peers, and to be found, if that was put off when the network was opened: nobody
   * should find a node before it serves. Does nothing when it has begun.
   */
  startDiscovery(): void;
  /** Peers that discovery has found, most recently seen first. Bounded. */
  discoveredPeers(): readonly DiscoveredPeer[];
  /**
   * Look for peers by all methods at once, and do not wait for the next round of each.
   *
   * @returns One report for each method, and one for each name that no method has.
   * @throws {unknown} The signal's reason, if it aborts.
   */
  discover(options?: DiscoverOptions): Promise<readonly DiscoveryReport[]>;
  /** How each method does. */
  discoveryHealth(): readonly DiscoveryHealth[];
  /** Whether others can reach this node, and how. */
  reachability(): Reachability;
  /**
   * Say that a peer has misbehaved. Who does so again and again is banned for a while: its
   * connections are closed, and it is let in no more. Trusted peers are never banned.
   */
  noteOffence(peerId: string, offence: Offence): void;
}

/** Whether others can reach a node, and how. */
export interface Reachability {
  /**
   * `public`: others have dialled it successfully, from outside. `private`: they have tried and could
   * not. `unknown`: nobody has tried yet.
   */
  readonly status: "public" | "private" | "unknown";
  /** Its addresses, the surest first. */
  readonly addresses: readonly ReachableAddress[];
}

/** One of a node's own addresses. */
export interface ReachableAddress {
  /** The address, ending in `/p2p/<peerId>`. */
  readonly multiaddr: string;
  /** Of an interface of this host, as others have seen it, at a relay, or as it was configured. */
  readonly kind: "listen" | "observed" | "relay" | "configured";
  /** Whether others have been able to dial it. */
  readonly isVerified: boolean;
}

/** A peer by address, or by id when discovery has found its address. */
export type PeerTarget =
  | { readonly multiaddr: string }
  | { readonly peerId: string };

/** Runs for one inbound stream; the stream is closed when it returns, reset when it throws. */
export type StreamHandler = (stream: Stream, signal: AbortSignal) => Promise<void>;

/** How a protocol is served. */
export interface HandleOptions {
  /** Streams of this protocol that one peer may have open. @default {64} */
  readonly maxStreamsPerPeer?: number | undefined;
  /**
   * Streams of this protocol that a peer which is not trusted may open in a second, after ten times
   * as many at once. The ones beyond that wait. @default {100}
   */
  readonly maxStreamsPerSecond?: number | undefined;
}

/** How a stream is opened. */
export interface OpenStreamOptions {
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A two-way byte stream with backpressure in both directions.
 *
 * What was received before an error can still be read; then every call fails with that error: the
 * reason of our own `abort`, or a {@linkcode StreamResetError} if the other side or the connection
 * broke the stream. A lost connection never looks like a clean end.
 */
export interface Stream {
  /** The negotiated protocol. */
  readonly protocol: string;
  /** Who is at the other end, proven by the handshake. */
  readonly remotePeerId: string;
  /**
   * Whether it goes through a relay, and there is a direct connection to the peer by now: what is under way on
   * it goes on, but for anything new another stream is better. It can change at any time.
   */
  readonly isOutdated: boolean;
  /** The next bytes, or `null` after the other side has ended its half. One read at a time. */
  read(options?: StreamOptions): Promise<Uint8Array | null>;
  /**
   * Send bytes; resolves when they are accepted, which waits for the other side to keep up. Writes
   * go out whole and in order. The bytes must not change any more. A write that is given up midway
   * resets the stream, so that the other side never takes half a message for a message.
   *
   * @throws {TypeError} If our half was ended before.
   */
  write(bytes: Uint8Array, options?: StreamOptions): Promise<void>;
  /** End our half; the other side can still send. */
  closeWrite(options?: StreamOptions): Promise<void>;
  /**
   * End our half, discard what still comes, and wait until the other side has ended its own; after
   * 30 seconds the stream is reset. Does not fail on a stream that is broken already.
   */
  close(options?: StreamOptions): Promise<void>;
  /** Reset the stream; both sides see an error. */
  abort(reason: Error): void;
}

/** How peers are looked for. */
export interface DiscoverOptions {
  /** A method that takes longer is reported as such; it goes on. @default {10000} */
  readonly timeoutMs?: number | undefined;
  /** Names of the methods. @default all of them */
  readonly methods?: readonly string[] | undefined;
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/** What one method did when it was told to look. */
export interface DiscoveryReport {
  /** The method. */
  readonly method: string;
  /** Whether its round ended well. */
  readonly ok: boolean;
  /** What went wrong. */
  readonly reason?: string | undefined;
  /** The peers that it found, also if something went wrong. */
  readonly peerIds: readonly string[];
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/** How a method of discovery does. */
export interface DiscoveryHealth {
  /** The method. */
  readonly method: string;
  /** Where the peers are that it finds. */
  readonly reach: "host" | "lan" | "wide";
  /** Whether its last round ended well; `undefined` before the first one has ended. */
  readonly ok: boolean | undefined;
  /** What went wrong in the last round. */
  readonly reason?: string | undefined;
  /** Rounds that went wrong, one after the other. */
  readonly failures: number;
  /** When a round last ended well, in milliseconds since the Unix epoch. */
  readonly lastSuccessMs?: number | undefined;
  /** How long the last round took, in milliseconds. */
  readonly lastDurationMs?: number | undefined;
  /** How many peers are known by it at this moment. */
  readonly peers: number;
}

/** A connection to a peer. */
export interface PeerConnection {
  /** Who is at the other end, proven by the handshake. */
  readonly peerId: string;
  /** The other end's address. */
  readonly multiaddr: string;
  /** Whether it goes through a relay, which limits its time and its bytes. */
  readonly isRelayed: boolean;
  /** Which side made it. */
  readonly direction: "inbound" | "outbound";
  /** Since when it is open, in milliseconds since the Unix epoch. */
  readonly openedAtMs: number;
  /** How many streams are open on it. */
  readonly streams: number;
}

/** Options of the stream's waits. */
export interface StreamOptions {
  /** Gives up; the stream is then reset by its owner. */
  readonly signal?: AbortSignal | undefined;
}

/** A peer that discovery has found. */
export interface DiscoveredPeer {
  /** The peer. */
  readonly peerId: string;
  /** Where it says it can be dialled, each ending in `/p2p/<peerId>`, best first. */
  readonly multiaddrs: readonly string[];
  /** How it was found, such as `mdns`; the nearest way if there are several. */
  readonly method: string;
  /** All ways by which it is known, nearest first. */
  readonly methods: readonly string[];
  /** When there was the last sign of it, in milliseconds since the Unix epoch. */
  readonly lastSeenMs: number;
  /** When it last proved at one of its addresses that it is itself; `undefined` if it has not. */
  readonly lastVerifiedMs?: number | undefined;
}
