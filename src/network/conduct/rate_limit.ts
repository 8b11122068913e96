import type { Clock } from "../../concurrency/mod.ts";

/** Keys that are remembered; the one that was used least lately is forgotten first. */
const MAX_KEYS = 4096;

/** How much of something each key may use. */
export interface RateLimitOptions {
  /** How much it may use at once. */
  readonly burst: number;
  /** How much it earns in a second. */
  readonly perSecond: number;
  /** Whose time it is. */
  readonly clock: Clock;
  /** Keys that are remembered. @default {4096} */
  readonly maxKeys?: number | undefined;
}

interface Bucket {
  left: number;
  filledMs: number;
}

/** How fast each of many may do something: a token bucket for each key, in bounded memory. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param options Burst and rate. */
  constructor(options: RateLimitOptions) {
    this.#options = options;
    this.#maxKeys = options.maxKeys ?? MAX_KEYS;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Use some of it if there is enough. */
  trySpend(key: string, amount = 1): boolean {
    const bucket = this.#refill(key);
    if (bucket.left < amount) return false;
    bucket.left -= amount;
    return true;
  }

  /**
   * Use some of it, on credit if there is not enough.
   *
   * @returns How long to wait until it is paid for, in milliseconds; mostly 0.
   */
  spend(key: string, amount = 1): number {
    const bucket = this.#refill(key);
    bucket.left -= amount;
    return bucket.left >= 0 ? 0 : (-bucket.left / this.#options.perSecond) * 1_000;
  }

  #refill(key: string): Bucket {
    const { burst, perSecond, clock } = this.#options;
    const nowMs = clock.monotonicMs();
    const known = this.#buckets.get(key);
    if (known === undefined) return this.#add(key, { left: burst, filledMs: nowMs });
    const earned = ((nowMs - known.filledMs) / 1_000) * perSecond;
    known.left = Math.min(burst, known.left + earned);
    known.filledMs = nowMs;
    this.#buckets.delete(key);
    this.#buckets.set(key, known);
    return known;
  }

  #add(key: string, bucket: Bucket): Bucket {
    this.#buckets.set(key, bucket);
    const [first] = this.#buckets.keys();
    if (this.#buckets.size > this.#maxKeys && first !== undefined) this.#buckets.delete(first);
    return bucket;
  }
}
