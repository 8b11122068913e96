import type { PeerId } from "@libp2p/interface";
import { abortable, type Clock, exponentialBackoffMs } from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import { Bell } from "../../bell.ts";

/** Places at relays that nobody has configured: one may go away. */
export const MAX_MET_RELAYS = 2;
const CHECK_MS = 30_000;
const BASE_RETRY_MS = 2_000;
const MAX_RETRY_MS = 10 * 60 * 1000;

/** What {@linkcode RelayPlaces} works with. */
export interface RelayPlacesOptions {
  /** Peers at which a place is wanted whatever happens. */
  readonly configured: ReadonlySet<string>;
  /** Peers that are connected directly and relay, now. */
  readonly relays: () => readonly PeerId[];
  /** Whether places at other relays would be of use. */
  readonly wantsOthers: () => boolean;
  /** Whether there is a place at a relay. */
  readonly hasPlace: (relay: PeerId) => boolean;
  /** Take one. It may outlast the wait for it. */
  readonly takePlace: (relay: PeerId) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

interface Failure {
  readonly count: number;
  readonly retryAtMs: number;
}

/** Holds places at relays: at those that were configured, and at some of those that are met. */
export class RelayPlaces {
  readonly #options: RelayPlacesOptions;
  readonly #bell: Bell;
  readonly #failures = new Map<string, Failure>();

  constructor(options: RelayPlacesOptions) {
    this.#options = options;
    this.#bell = new Bell(options.clock);
  }

  /** Something has changed: look at once whether places are missing. */
  wake(): void {
    this.#bell.ring();
  }

  /** Hold places until the signal aborts. */
  async hold(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#fill(signal);
      await this.#bell.wait(this.#pauseMs(), signal);
    }
  }

  async #fill(signal: AbortSignal): Promise<void> {
    const { configured, relays, wantsOthers, hasPlace } = this.#options;
    const present = relays();
    this.#forgetFailuresExceptOf(present);
    const isConfigured = (relay: PeerId): boolean => configured.has(relay.toString());
    let others = present.filter((relay) => !isConfigured(relay) && hasPlace(relay)).length;
    // One at a time: it is a matter of milliseconds, and there are few.
    for (const relay of present) {
      if (hasPlace(relay) || !this.#isDue(relay)) continue;
      if (!isConfigured(relay) && (others >= MAX_MET_RELAYS || !wantsOthers())) continue;
      if (signal.aborted) return;
      if (await this.#take(relay, signal) && !isConfigured(relay)) others++;
    }
  }

  async #take(relay: PeerId, signal: AbortSignal): Promise<boolean> {
    const { takePlace, configured, clock, logger } = this.#options;
    const peerId = relay.toString();
    try {
      // A relay that does not answer must not hold up the end of the node.
      await abortable(takePlace(relay), signal);
      this.#failures.delete(peerId);
      logger?.debug("Place at relay taken", { peerId });
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const count = (this.#failures.get(peerId)?.count ?? 0) + 1;
      const delayMs = exponentialBackoffMs(count, {
        baseDelayMs: BASE_RETRY_MS,
        maxDelayMs: MAX_RETRY_MS,
      });
      this.#failures.set(peerId, { count, retryAtMs: clock.monotonicMs() + delayMs });
      const level = count === 1 && configured.has(peerId) ? "warn" : "debug";
      logger?.[level]("No place at relay", { peerId, attempt: count, error });
      return false;
    }
  }

  #isDue(relay: PeerId): boolean {
    const failure = this.#failures.get(relay.toString());
    return failure === undefined || failure.retryAtMs <= this.#options.clock.monotonicMs();
  }

  #pauseMs(): number {
    const nowMs = this.#options.clock.monotonicMs();
    const dueMs = [...this.#failures.values()].map(({ retryAtMs }) => retryAtMs - nowMs);
    return Math.max(0, Math.min(CHECK_MS, ...dueMs));
  }

  /** A relay that comes back is tried at once. */
  #forgetFailuresExceptOf(present: readonly PeerId[]): void {
    const ids = new Set(present.map(String));
    for (const peerId of this.#failures.keys()) if (!ids.has(peerId)) this.#failures.delete(peerId);
  }
}
