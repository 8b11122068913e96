import { TokenBucket, type TokenBucketOptions } from "./token_bucket.ts";

/** Options of a {@linkcode RateLimit}. */
export interface RateLimitOptions extends TokenBucketOptions {
  /** Keys that are remembered; the one that was used least lately is forgotten first. @default {4096} */
  readonly maxKeys?: number | undefined;
}

/**
 * How fast each of many may do something: a {@linkcode TokenBucket} for each key, in bounded memory.
 *
 * @example Two requests at once, then one a second
 * ```ts
 * import { FakeClock, RateLimit } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const clock = new FakeClock();
 * const limit = new RateLimit({ burst: 2, perSecond: 1, clock });
 * assert.deepEqual([1, 2, 3].map(() => limit.trySpend("alice")), [true, true, false]);
 * assert.equal(limit.waitMs("alice"), 1_000);
 * assert.equal(limit.trySpend("bob"), true);
 * ```
 */
export class RateLimit {
  readonly #options: TokenBucketOptions;
  readonly #maxKeys: number;
  // Who was there last is last.
  readonly #buckets = new Map<string, TokenBucket>();

  /**
   * Start with a full bucket for everybody.
   *
   * @param options Burst and rate of each key.
   * @throws {RangeError} If a number is not positive.
   */
  constructor(options: RateLimitOptions) {
    const { maxKeys = 4096, ...bucket } = options;
    // It complains here, and not when the first one comes.
    new TokenBucket(bucket);
    if (!(maxKeys > 0)) {
      throw new RangeError(`Cannot limit rate as a number is not positive: maxKeys "${maxKeys}"`);
    }
    this.#options = bucket;
    this.#maxKeys = maxKeys;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Take tokens of a key if there are enough.
   *
   * @param key Whose.
   * @param count How many.
   * @returns Whether there were enough.
   */
  trySpend(key: string, count = 1): boolean {
    return this.#use(key).trySpend(count);
  }

  /**
   * Take tokens of a key, on credit if there are not enough.
   *
   * @param key Whose.
   * @param count How many.
   * @returns How long to wait until they are paid for, in milliseconds; mostly 0.
   */
  spend(key: string, count = 1): number {
    return this.#use(key).spend(count);
  }

  /**
   * How long it takes until a key has enough tokens, without taking any.
   *
   * @param key Whose.
   * @param count How many.
   * @returns The time in milliseconds; 0 if they are there.
   */
  waitMs(key: string, count = 1): number {
    return this.#buckets.get(key)?.waitMs(count) ?? 0;
  }

  #use(key: string): TokenBucket {
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#options);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const [first] = this.#buckets.keys();
    if (this.#buckets.size > this.#maxKeys && first !== undefined) this.#buckets.delete(first);
    return bucket;
  }
}
