import type { Connection, Libp2p, PeerId } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import { type Clock, failAfter, type TaskGroup } from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import { hostScopeOf, scopeOf } from "../../address_scope.ts";
import { listOpenConnections } from "../open_connections.ts";
import { closeConnection } from "./close_connection.ts";

/** When a direct dial is tried after a relayed connection has been made; the last pause is repeated. */
const PAUSES_MS: readonly number[] = [500, 5_000, 30_000, 120_000, 600_000];
const DIAL_TIMEOUT_MS = 5_000;
/** How often it is looked whether a relayed connection is still of use. */
const DRAIN_CHECK_MS = 2_000;

/** What {@linkcode DirectLinks} works with. */
export interface DirectLinksOptions {
  readonly node: Libp2p;
  /** Where a peer may be dialled, as far as it is known. */
  readonly addressesOf: (peerId: PeerId) => Promise<readonly Multiaddr[]>;
  /** Whether to try; else only what is not needed any more is closed. */
  readonly isTrying: boolean;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

/**
 * Replaces relayed connections by direct ones where that is possible. Either side may be the one that can be
 * dialled, so both try. A relayed connection is closed when there is a direct one and nothing is left on it.
 */
export class DirectLinks {
  readonly #group: TaskGroup;
  readonly #options: DirectLinksOptions;
  readonly #peers = new Set<string>();

  /** The group owns the work. */
  constructor(group: TaskGroup, options: DirectLinksOptions) {
    this.#group = group;
    this.#options = options;
  }

  /** Care for the relayed connections that there are, and for those to come. */
  watch(): void {
    const { node } = this.#options;
    const onOpen = ({ detail }: CustomEvent<Connection>): void => this.#care(detail);
    node.addEventListener("connection:open", onOpen);
    this.#group.signal.addEventListener("abort", () => {
      node.removeEventListener("connection:open", onOpen);
    }, { once: true });
    for (const connection of node.getConnections()) this.#care(connection);
  }

  #care(connection: Connection): void {
    const peerId = connection.remotePeer.toString();
    if (connection.direct || this.#peers.has(peerId) || this.#group.signal.aborted) return;
    this.#peers.add(peerId);
    this.#group.spawn(`direct link to ${peerId}`, async (signal) => {
      try {
        await this.#replace(connection.remotePeer, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        this.#peers.delete(peerId);
      }
    });
  }

  async #replace(peerId: PeerId, signal: AbortSignal): Promise<void> {
    const { isTrying } = this.#options;
    for (let attempt = 0; this.#relayed(peerId).length > 0; attempt++) {
      const pauseMs = PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] ?? 0;
      await this.#drainWithin(peerId, pauseMs, signal);
      if (this.#relayed(peerId).length === 0) return;
      if (isTrying && !this.#isDirect(peerId)) await this.#dial(peerId, signal);
    }
  }

  /** Waits, and meanwhile closes what is not needed any more. */
  async #drainWithin(peerId: PeerId, timeMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const endMs = clock.monotonicMs() + timeMs;
    for (let restMs; (restMs = endMs - clock.monotonicMs()) > 0;) {
      await clock.sleep(Math.min(restMs, DRAIN_CHECK_MS), { signal });
      const relayed = this.#relayed(peerId);
      if (relayed.length === 0) return;
      if (!this.#isDirect(peerId)) continue;
      await Promise.all(relayed.filter(({ streams }) => streams.length === 0).map(closeConnection));
    }
  }

  async #dial(peerId: PeerId, signal: AbortSignal): Promise<void> {
    const { node, addressesOf, clock, logger } = this.#options;
    try {
      const addresses = chooseDirect(await addressesOf(peerId), this.#relayed(peerId));
      if (addresses.length === 0) return;
      await failAfter(
        DIAL_TIMEOUT_MS,
        (limit) => node.dial([...addresses], { signal: limit, force: true }),
        { name: "dial directly", clock, signal },
      );
      logger?.debug("Relayed connection has become a direct one", { peerId: peerId.toString() });
    } catch (error) {
      signal.throwIfAborted();
      logger?.debug("No direct connection", { peerId: peerId.toString(), error });
    }
  }

  #relayed(peerId: PeerId): readonly Connection[] {
    return this.#open(peerId).filter(({ direct }) => !direct);
  }

  #isDirect(peerId: PeerId): boolean {
    return this.#open(peerId).some(({ direct }) => direct);
  }

  #open(peerId: PeerId): readonly Connection[] {
    return listOpenConnections(this.#options.node, peerId);
  }
}

/** Addresses that may lead to the peer itself. Those of its own host do if the relay is on ours. */
function chooseDirect(
  addresses: readonly Multiaddr[],
  relayed: readonly Connection[],
): readonly Multiaddr[] {
  const isRelayHere = relayed.some(({ remoteAddr }) =>
    hostScopeOf(remoteAddr.toString()) === "host"
  );
  return addresses.filter((address) => {
    const scope = scopeOf(address.toString());
    return scope === "public" || scope === "private" || (scope === "host" && isRelayHere);
  });
}
