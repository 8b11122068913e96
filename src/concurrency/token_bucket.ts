import type { Clock } from "./clock.ts";

/** Options of a {@linkcode TokenBucket}. */
export interface TokenBucketOptions {
  /** Tokens that it holds, which are all there at the beginning. */
  readonly burst: number;
  /** Tokens that come back in a second. */
  readonly perSecond: number;
  /** Whose time it is. */
  readonly clock: Clock;
}

/** How fast something may be done: each time takes a token, and time brings the tokens back. */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  #left: number;
  #filledMs: number;

  /**
   * Start with a full bucket.
   *
   * @param options Burst and rate.
   * @throws {RangeError} If one of them is not positive: nothing could ever be done.
   */
  constructor(options: TokenBucketOptions) {
    const { burst, perSecond, clock } = options;
    for (const [name, value] of Object.entries({ burst, perSecond })) {
      if (value > 0) continue;
      throw new RangeError(`Cannot limit rate as a number is not positive: ${name} "${value}"`);
    }
    this.#options = options;
    this.#left = burst;
    this.#filledMs = clock.monotonicMs();
  }

  /** Whether it says no more than a new one would. */
  get isFull(): boolean {
    return this.#refill() >= this.#options.burst;
  }

  /**
   * Take tokens if there are enough.
   *
   * @param count How many.
   * @returns Whether there were enough.
   */
  trySpend(count = 1): boolean {
    if (this.#refill() < count) return false;
    this.#left -= count;
    return true;
  }

  /**
   * Take tokens, on credit if there are not enough.
   *
   * @param count How many.
   * @returns How long to wait until they are paid for, in milliseconds; mostly 0.
   */
  spend(count = 1): number {
    this.#left = this.#refill() - count;
    return this.#earnMs(-this.#left);
  }

  /**
   * How long it takes until there are enough tokens, without taking any.
   *
   * @param count How many.
   * @returns The time in milliseconds; 0 if they are there.
   */
  waitMs(count = 1): number {
    return this.#earnMs(count - this.#refill());
  }

  #earnMs(count: number): number {
    return Math.max(0, (count / this.#options.perSecond) * 1_000);
  }

  #refill(): number {
    const { burst, perSecond, clock } = this.#options;
    const nowMs = clock.monotonicMs();
    const earned = ((nowMs - this.#filledMs) / 1_000) * perSecond;
    this.#filledMs = nowMs;
    return this.#left = Math.min(burst, this.#left + earned);
  }
}
