import { AppError, type AppErrorOptions } from "../error/mod.ts";

/** What can be wrong with an entry. */
export type InvalidCacheEntryErrorCode =
  /** Empty, too long, or not well-formed text. */
  | "cache_key_invalid"
  /** Nothing that JSON can hold, or nested too deeply to be sent to a peer. */
  | "cache_value_invalid"
  /** Longer than the cache allows. */
  | "cache_value_too_large"
  /** Not a positive number. */
  | "cache_ttl_invalid";

/** A cache was asked for what no cache can do, whatever is in it. */
export class InvalidCacheEntryError extends AppError {
  /** The class. */
  override readonly name = "InvalidCacheEntryError";
  /** Stable, one for each cause. */
  readonly code: InvalidCacheEntryErrorCode;

  /**
   * Make the error.
   *
   * @param reason What is wrong, with the value.
   * @param options The code and the cause.
   */
  constructor(
    reason: string,
    options: AppErrorOptions & { readonly code: InvalidCacheEntryErrorCode },
  ) {
    super(`Cannot use cache as ${reason}`, options);
    this.code = options.code;
  }
}

/** Why a change from another node is refused. */
export type CacheChangeRefusedErrorCode =
  /** Its version or its expiry makes no sense. */
  | "cache_change_invalid"
  /** It is dated too far ahead of this node's clock. Later it may be taken. */
  | "cache_version_ahead"
  /** The value is not the one that was sent. */
  | "cache_hash_mismatch";

/** A change from another node cannot be taken, whatever is in the cache. */
export class CacheChangeRefusedError extends AppError {
  /** The class. */
  override readonly name = "CacheChangeRefusedError";
  /** Stable, one for each cause. */
  readonly code: CacheChangeRefusedErrorCode;

  /**
   * Make the error.
   *
   * @param reason What is wrong, with the value.
   * @param options The code and the cause.
   */
  constructor(
    reason: string,
    options: AppErrorOptions & { readonly code: CacheChangeRefusedErrorCode },
  ) {
    super(`Cannot take over cache change as ${reason}`, options);
    this.code = options.code;
  }
}
