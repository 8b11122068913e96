import { entryBytes } from "../store/mod.ts";

/** Limits of a node's cache. */
export interface CacheLimits {
  /**
   * Keys and values, in UTF-8 and with an allowance of 256 bytes each, take no more than this; what
   * was used least recently goes first. @default {268435456} 256 MiB
   */
  readonly maxBytes: number;
  /** No more entries than this, deleted keys that are remembered among them. @default {1000000} */
  readonly maxEntries: number;
  /**
   * Longest value, as JSON in UTF-8. Less than the 1 MiB of a message between nodes, so that it fits
   * with its key. @default {921600} 900 KiB
   */
  readonly maxValueBytes: number;
  /** Longest key in UTF-8. @default {1024} */
  readonly maxKeyBytes: number;
  /** A longer time to live is cut to this. @default {31536000000} 365 days */
  readonly maxTtlMs: number;
  /**
   * For how long it is remembered that a key was deleted. A change of an unknown key that arrives
   * from elsewhere after this time is not taken: it might have been deleted since.
   * @default {86400000} one day
   */
  readonly tombstoneMs: number;
  /**
   * A change that another node dates further ahead of this node's clock is refused, so that none can
   * pin a key for ever. @default {60000}
   */
  readonly maxAheadMs: number;
}

/** The limits of a cache that was given none. */
export const DEFAULT_CACHE_LIMITS: CacheLimits = {
  maxBytes: 256 * 1024 * 1024,
  maxEntries: 1_000_000,
  maxValueBytes: 900 * 1024,
  maxKeyBytes: 1024,
  maxTtlMs: 365 * 24 * 60 * 60 * 1_000,
  tombstoneMs: 24 * 60 * 60 * 1_000,
  maxAheadMs: 60_000,
};

/**
 * Fill in what is not given.
 *
 * @throws {RangeError} If a limit is no positive whole number, or the longest entry would not fit.
 */
export function toCacheLimits(given: Partial<CacheLimits> = {}): CacheLimits {
  const limits = { ...DEFAULT_CACHE_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new RangeError(`Cannot create cache as a limit makes no sense: ${name} "${value}"`);
  }
  const { maxBytes, maxKeyBytes, maxValueBytes } = limits;
  if (entryBytes("") + maxKeyBytes + maxValueBytes <= maxBytes) return limits;
  throw new RangeError(
    `Cannot create cache as its longest entry does not fit: maxBytes "${maxBytes}"`,
  );
}
