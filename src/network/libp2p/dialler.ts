import type { Connection, Libp2p, PeerId } from "@libp2p/interface";
import { CODE_P2P, type Multiaddr } from "@multiformats/multiaddr";
import { type Clock, failAfter, Limiter } from "../../concurrency/mod.ts";
import { scopeOf } from "../address_scope.ts";
import type { PeerBook } from "../discovery/peer_book.ts";
import { PeerUnknownError, PeerUnreachableError } from "../errors.ts";
import type { PeerTarget } from "../network.ts";
import { parseMultiaddr, parsePeerId, tryParseMultiaddr } from "./multiaddr.ts";
import { listOpenConnections } from "./open_connections.ts";

/** A peer that may be reached directly is given so long before relays are tried. */
const DIRECT_TIMEOUT_MS = 3_000;

/** Whom to connect to, and where to try. */
export interface DialTarget {
  /** As it was asked for, for messages. */
  readonly name: string;
  /** Who must answer; whoever does if `undefined`. */
  readonly peerId: PeerId | undefined;
  /** Empty if only an existing connection will do. */
  readonly multiaddrs: readonly Multiaddr[];
}

/** A connection, and whether it was there before. */
export interface Dialled {
  readonly connection: Connection;
  readonly isReused: boolean;
}

/** What a {@linkcode Dialler} works with. */
export interface DiallerDeps {
  readonly node: Libp2p;
  readonly peers: PeerBook;
  readonly clock: Clock;
  /** Makes addresses through relays dialable; else they are not. @default they are not */
  readonly prepareRelayed?: (() => Promise<void>) | undefined;
}

/** Connects to peers; never to another one than was asked for. */
export class Dialler {
  readonly #deps: DiallerDeps;
  readonly #node: Libp2p;
  readonly #peers: PeerBook;
  // libp2p merges simultaneous dials to a peer, but not those to an address without a peer id.
  readonly #turns = new Map<string, Limiter>();
  readonly #suspects = new WeakSet<Connection>();

  constructor(deps: DiallerDeps) {
    this.#deps = deps;
    this.#node = deps.node;
    this.#peers = deps.peers;
  }

  /** Take a target apart, before anything is tried. */
  resolve(target: PeerTarget): DialTarget {
    if ("peerId" in target) return this.#resolvePeer(target.peerId);
    const name = target.multiaddr;
    const { multiaddr, peerId, hasLocation } = parseMultiaddr(name);
    if (!hasLocation && peerId !== undefined) return this.#resolvePeer(peerId.toString());
    return this.#refuseSelf({ name, peerId, multiaddrs: [multiaddr] });
  }

  /** Use an open connection, or make one. */
  async dial(target: DialTarget, signal: AbortSignal): Promise<Dialled> {
    const open = this.#findOpen(target);
    if (open !== undefined) return { connection: open, isReused: true };
    if (target.multiaddrs.length === 0) throw new PeerUnknownError(target.name);
    if (target.peerId !== undefined) return await this.#dialNew(target, signal);
    return await this.#dialInTurn(target, signal);
  }

  /**
   * Use a connection no more: its other end may be gone. It is left alone, as the peer may as well
   * be busy, and streams that are open on it would be lost.
   */
  suspect(connection: Connection): void {
    this.#suspects.add(connection);
  }

  async #dialNew(target: DialTarget, signal: AbortSignal): Promise<Dialled> {
    const connection = await this.#dialDirectlyFirst(target.multiaddrs, signal);
    const remote = connection.remotePeer;
    if (target.peerId !== undefined && !target.peerId.equals(remote)) {
      throw new PeerUnreachableError(target.name, `another peer answered, "${remote}"`);
    }
    return { connection, isReused: false };
  }

  /** A relay costs others, and is limited, so it is the last resort. */
  async #dialDirectlyFirst(
    multiaddrs: readonly Multiaddr[],
    signal: AbortSignal,
  ): Promise<Connection> {
    const { clock, prepareRelayed } = this.#deps;
    const isRelayed = (address: Multiaddr): boolean => scopeOf(address.toString()) === "relay";
    const relayed = prepareRelayed === undefined ? [] : multiaddrs.filter(isRelayed);
    if (relayed.length === 0) return await this.#dialAny(multiaddrs, signal);
    const direct = multiaddrs.filter((address) => !isRelayed(address));
    const failures: unknown[] = [];
    if (direct.length > 0) {
      try {
        const dial = (limit: AbortSignal): Promise<Connection> => this.#dialAny(direct, limit);
        return await failAfter(DIRECT_TIMEOUT_MS, dial, { name: "dial directly", clock, signal });
      } catch (error) {
        signal.throwIfAborted();
        failures.push(error);
      }
    }
    try {
      await prepareRelayed?.();
      return await this.#dialAny(relayed, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw new AggregateError([error, ...failures], "Neither directly nor through a relay");
    }
  }

  async #dialAny(multiaddrs: readonly Multiaddr[], signal: AbortSignal): Promise<Connection> {
    // Without `force` libp2p would give out the connection that was not good enough before.
    return await this.#node.dial([...multiaddrs], { signal, force: true });
  }

  async #dialInTurn(target: DialTarget, signal: AbortSignal): Promise<Dialled> {
    const turn = this.#turns.get(target.name) ?? new Limiter(1);
    this.#turns.set(target.name, turn);
    try {
      return await turn.run(() => {
        const open = this.#findOpen(target);
        return open === undefined
          ? this.#dialNew(target, signal)
          : { connection: open, isReused: true };
      }, { signal });
    } finally {
      const { inUse, waiting } = turn.statistics();
      if (inUse + waiting === 0) this.#turns.delete(target.name);
    }
  }

  /** The open connections to a peer, the best one first. */
  listOpen(peerId: PeerId): readonly Connection[] {
    // Several programs may have one identity; the one that serves is where we have dialled it.
    const worth = ({ direct, direction }: Connection): number =>
      (direct ? 2 : 0) + (direction === "outbound" ? 1 : 0);
    return this.#usable(peerId).sort((a, b) => worth(b) - worth(a));
  }

  #findOpen({ peerId, multiaddrs }: DialTarget): Connection | undefined {
    if (peerId !== undefined) return this.listOpen(peerId)[0];
    return this.#usable().find(({ direction, remoteAddr }) =>
      direction === "outbound" &&
      multiaddrs.some((address) => address.equals(remoteAddr.decapsulateCode(CODE_P2P)))
    );
  }

  #usable(peerId?: PeerId): Connection[] {
    return listOpenConnections(this.#node, peerId)
      .filter((connection) => !this.#suspects.has(connection));
  }

  #resolvePeer(name: string): DialTarget {
    const peerId = parsePeerId(name);
    const known = this.#peers.get(peerId.toString())?.multiaddrs ?? [];
    const multiaddrs = known.map(tryParseMultiaddr).filter((address) => address !== undefined);
    return this.#refuseSelf({ name, peerId, multiaddrs });
  }

  #refuseSelf(target: DialTarget): DialTarget {
    if (target.peerId?.equals(this.#node.peerId) === true) {
      throw new PeerUnreachableError(target.name, "it is this node itself", {
        hint: "Give the id or the address of another node",
      });
    }
    return target;
  }
}
