import type { Clock } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { BanList } from "./ban_list.ts";
import type { ConnectionPolicy } from "./connection_policy.ts";
import { type Offence, OFFENCE_WEIGHTS } from "./offence.ts";
import type { Refusal } from "./refusal.ts";

/** What a {@linkcode PeerConduct} works with. */
export interface PeerConductOptions {
  /** Who may be connected at all. @default {undefined} everybody who is not banned */
  readonly policy?: ConnectionPolicy | undefined;
  /** Told of what peers were not let do. @default {nobody} */
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
}

/** What a node thinks of its peers: who may be connected, who is trusted, who is banned. */
export class PeerConduct {
  readonly #options: PeerConductOptions;
  readonly #bans: BanList;

  constructor(options: PeerConductOptions) {
    this.#options = options;
    this.#bans = new BanList(options.clock);
  }

  /** Why a peer may not be connected; `undefined` if it may. */
  refusalOf(peerId: string): string | undefined {
    const refusal = this.#options.policy?.refusalOf(peerId);
    if (refusal !== undefined) return refusal;
    return this.#bans.isBanned(peerId) && !this.isTrusted(peerId) ? "banned" : undefined;
  }

  /** Whether a peer is spared the limits that hold for strangers. */
  isTrusted(peerId: string): boolean {
    return this.#options.policy?.isTrusted(peerId) ?? false;
  }

  /**
   * A peer has misbehaved.
   *
   * @returns Whether it is banned from now on.
   */
  noteOffence(peerId: string, offence: Offence): boolean {
    const { logger } = this.#options;
    logger?.debug("Peer has misbehaved", { peerId, offence });
    if (this.isTrusted(peerId)) return false;
    const ban = this.#bans.note(peerId, OFFENCE_WEIGHTS[offence]);
    if (ban === undefined) return false;
    logger?.warn("Peer is banned for a while", { peerId, offence, ...ban });
    return true;
  }

  /** Tell whoever wants to know that a peer was not let do something. */
  refuse(refusal: Refusal): void {
    this.#options.onRefusal?.(refusal);
  }
}
