import type { JsonValue } from "../codec/mod.ts";

/** A cache of JSON values that nodes share, here or on another peer. */
export interface SharedCache {
  /** The node that holds the cache. Empty while that of a remote one is not known. */
  readonly peerId: string;
  /** The value under a key, if there is one. `null` is a value. */
  get(key: string, options?: CacheCallOptions): Promise<CacheLookup>;
  /** Whether there is a value under a key. */
  has(key: string, options?: CacheCallOptions): Promise<boolean>;
  /** Keep a value, instead of what is there. */
  set(key: string, value: JsonValue, options?: CacheSetOptions): Promise<void>;
  /** Forget a key. Returns whether there was a value. */
  delete(key: string, options?: CacheWriteOptions): Promise<boolean>;
}

/** Options of every call. */
export interface CacheCallOptions {
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a change. */
export interface CacheWriteOptions extends CacheCallOptions {
  /** Whether the change goes on to the other nodes that this one replicates to. @default {true} */
  readonly replicate?: boolean | undefined;
}

/** Options of {@linkcode SharedCache.set}. */
export interface CacheSetOptions extends CacheWriteOptions {
  /** Forgotten after this time. @default {undefined} never, room permitting */
  readonly ttlMs?: number | undefined;
}

/** What a cache has under a key. */
export type CacheLookup =
  | { readonly hit: false }
  | {
    readonly hit: true;
    readonly value: JsonValue;
    /** When it will be forgotten, in epoch milliseconds; `null` for never. */
    readonly expiresAtMs: number | null;
    /** SHA-256 of the value as canonical JSON, in lower-case hex. */
    readonly sha256: string;
  };

/** Which change of a key is newer: by time, then by peer id in code point order. */
export interface CacheVersion {
  /** When the change was made, by the clock of the node that made it; epoch milliseconds. */
  readonly atMs: number;
  /** The node that made it. */
  readonly peerId: string;
}

/** A change as it travels between nodes. */
export interface CacheChange {
  /** The key. */
  readonly key: string;
  /** The value; `undefined` for a deletion (a tombstone). */
  readonly value: JsonValue | undefined;
  /** When it will be forgotten, in epoch milliseconds; `null` for never. */
  readonly expiresAtMs: number | null;
  /** Decides between two changes of the same key. */
  readonly version: CacheVersion;
  /**
   * SHA-256 of the value as canonical JSON, in lower-case hex. Whoever takes the change over checks
   * it. @default {undefined} not checked
   */
  readonly sha256?: string | undefined;
}

/** A cache that takes changes from other nodes. */
export interface ReplicatedCache extends SharedCache {
  /**
   * Take a change over, unless what is here is as new. Returns whether it was taken. It does not go
   * on to other nodes: the one that made it sends it to all.
   */
  apply(change: CacheChange, options?: CacheCallOptions): Promise<boolean>;
}
