import type { Clock } from "../../../concurrency/mod.ts";

const WINDOW_MS = 60_000;
/** More peers than are connected at once; the one that was first to come is forgotten first. */
const MAX_PEERS = 4096;

/** How many requests each peer has made in this minute. */
export class RequestBudget {
  readonly #clock: Clock;
  readonly #maxPerMinute: number;
  readonly #used = new Map<string, number>();
  #windowEndsMs = 0;

  constructor(clock: Clock, maxPerMinute: number) {
    this.#clock = clock;
    this.#maxPerMinute = maxPerMinute;
  }

  /** Count a request; `false` if its peer has made too many. */
  tryTake(peerId: string): boolean {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs >= this.#windowEndsMs) {
      this.#used.clear();
      this.#windowEndsMs = nowMs + WINDOW_MS;
    }
    const used = this.#used.get(peerId) ?? 0;
    if (used >= this.#maxPerMinute) return false;
    this.#used.set(peerId, used + 1);
    const [first] = this.#used.keys();
    if (this.#used.size > MAX_PEERS && first !== undefined) this.#used.delete(first);
    return true;
  }
}
