import type { Clock } from "../concurrency/mod.ts";

/** How often one client may ask. */
export interface RateLimit {
  /** Requests per second, in the long run. */
  readonly perSecond: number;
  /** Requests at once, after a while without. @default twice as many as per second */
  readonly burst?: number | undefined;
  /** How many clients are remembered; beyond that, the one unheard of longest goes. @default {10000} */
  readonly maxClients?: number | undefined;
}

/**
 * A bucket of tokens for each client: a request takes one, and time brings them back. What is in a bucket
 * is one number, the time at which it will be full (the generic cell rate algorithm).
 */
export class RateLimiter {
  readonly #intervalMs: number;
  readonly #capacityMs: number;
  readonly #maxClients: number;
  readonly #clock: Clock;
  /** Those heard of last are at the end. */
  readonly #fullAtMs = new Map<string, number>();

  /**
   * Creates the limiter.
   *
   * @param limit How often one client may ask.
   * @param clock Whose time it is.
   * @throws {RangeError} If a number is not positive.
   */
  constructor(limit: RateLimit, clock: Clock) {
    const { perSecond, burst = perSecond * 2, maxClients = 10_000 } = limit;
    for (const [name, value] of Object.entries({ perSecond, burst, maxClients })) {
      if (value > 0) continue;
      throw new RangeError(`Cannot limit rate as a number is not positive: ${name} "${value}"`);
    }
    this.#intervalMs = 1000 / perSecond;
    // Less than one would never let anything through.
    this.#capacityMs = Math.max(1, burst) * this.#intervalMs;
    this.#maxClients = maxClients;
    this.#clock = clock;
  }

  /** How many clients are remembered. */
  get size(): number {
    return this.#fullAtMs.size;
  }

  /**
   * Take a token.
   *
   * @param key The client.
   * @returns 0 if there was one, else how long it takes until there is, in milliseconds.
   */
  take(key: string): number {
    const nowMs = this.#clock.monotonicMs();
    const fullAtMs = Math.max(nowMs, this.#fullAtMs.get(key) ?? nowMs);
    const waitMs = this.#waitMs(fullAtMs, nowMs);
    this.#fullAtMs.delete(key);
    this.#fullAtMs.set(key, waitMs > 0 ? fullAtMs : fullAtMs + this.#intervalMs);
    this.#forgetOldest();
    return waitMs;
  }

  /**
   * Whether there is a token, without taking it.
   *
   * @param key The client.
   * @returns As {@linkcode take}.
   */
  peek(key: string): number {
    const fullAtMs = this.#fullAtMs.get(key);
    return fullAtMs === undefined ? 0 : this.#waitMs(fullAtMs, this.#clock.monotonicMs());
  }

  #waitMs(fullAtMs: number, nowMs: number): number {
    return Math.max(0, Math.ceil(fullAtMs + this.#intervalMs - this.#capacityMs - nowMs));
  }

  #forgetOldest(): void {
    if (this.#fullAtMs.size <= this.#maxClients) return;
    for (const key of this.#fullAtMs.keys()) {
      this.#fullAtMs.delete(key);
      return;
    }
  }
}
