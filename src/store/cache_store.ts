/** Which change of a key an entry is: by time, then by peer id in code point order. */
export interface EntryVersion {
  /** When the change was made, in whole epoch milliseconds. */
  readonly atMs: number;
  /** The node that made it. */
  readonly peerId: string;
}

/** A value as it is stored. */
export interface EntryContent {
  /** The value as JSON. */
  readonly json: string;
  /** What `json` hashes to; not looked at by a store. */
  readonly sha256: string;
}

/** A value that is there. */
export interface CacheEntry extends EntryContent {
  /** When it will be forgotten, in epoch milliseconds; `null` for never. */
  readonly expiresAtMs: number | null;
  /** The change that it comes from. */
  readonly version: EntryVersion;
}

/** How much a store keeps, and for how long it remembers what is gone. */
export interface CacheBounds {
  /** Entries, tombstones among them, take no more than this by {@linkcode CacheTotals.bytes}. */
  readonly maxBytes: number;
  /** No more entries than this, tombstones among them. */
  readonly maxEntries: number;
  /** Tombstones are kept for this long after their change. */
  readonly tombstoneMs: number;
  /** The store believes no record of its own that is further ahead of the clock than this. */
  readonly maxAheadMs: number;
}

/** A change of one key. */
export interface WriteEntry {
  /** The key: not empty, well-formed text. */
  readonly key: string;
  /** The value; `undefined` leaves a tombstone. */
  readonly content: EntryContent | undefined;
  /** When it is to be forgotten, in whole epoch milliseconds; `null` for never. */
  readonly expiresAtMs: number | null;
  /** Which change this is. */
  readonly version: EntryVersion;
  /**
   * Whether the change is made here and now: it is always taken, with a version that is made later
   * than all that the store knows of the key. A change from elsewhere is taken if it is newer.
   */
  readonly isOwn: boolean;
  /** The time, in epoch milliseconds. */
  readonly nowMs: number;
  /** How much may be kept. */
  readonly bounds: CacheBounds;
}

/** What became of a change. */
export interface WrittenEntry {
  /** Whether it was taken. */
  readonly taken: boolean;
  /** Whether there was a value before, expired ones not counted. */
  readonly hadValue: boolean;
  /** The version that the key has now, as far as known. */
  readonly version: EntryVersion;
  /** How many entries had to go to make room. */
  readonly evicted: number;
}

/** One step of tidying up. */
export interface SweepCache {
  /** The time, in epoch milliseconds. */
  readonly nowMs: number;
  /** Entries changed at most, of each kind. */
  readonly limit: number;
  /** How much may be kept. */
  readonly bounds: CacheBounds;
}

/** What one step did. */
export interface SweptCache {
  /** Values that had expired. */
  readonly expired: number;
  /** Tombstones that were old enough to go. */
  readonly purged: number;
  /** Entries that had to go because of the bounds. */
  readonly evicted: number;
}

/** What a store holds. */
export interface CacheTotals {
  /** Keys, those with tombstones among them. */
  readonly entries: number;
  /** Keys with a value, expired ones that were not swept yet among them. */
  readonly values: number;
  /** Keys and values in UTF-8, and an allowance for each entry. */
  readonly bytes: number;
}

/**
 * Where a shared cache keeps its entries. Each operation is atomic.
 *
 * A store may forget, but never goes back: once a change of a key was taken no older one is, even
 * after the newer was deleted, expired or evicted. For that it keeps a tombstone for each key that
 * lost its value, and of all keys of which it keeps nothing the time of the newest change: for a key
 * that it does not know, it takes no change from elsewhere that is not newer.
 */
export interface CacheStore extends AsyncDisposable {
  /**
   * The value under a key, unless it has expired. It counts as used.
   *
   * @param key The key.
   * @param nowMs The time, in epoch milliseconds.
   */
  get(key: string, nowMs: number): Promise<CacheEntry | undefined>;
  /**
   * Whether there is a value under a key that has not expired. That is no use of it.
   *
   * @param key The key.
   * @param nowMs The time, in epoch milliseconds.
   */
  has(key: string, nowMs: number): Promise<boolean>;
  /**
   * Take a change, if it is newer than what is known, and evict what was not used for longest if
   * there is no room.
   *
   * @throws {StoreFullError} If the disk is full.
   */
  write(entry: WriteEntry): Promise<WrittenEntry>;
  /** Make tombstones of expired values, forget old tombstones, and keep to the bounds. */
  sweep(step: SweepCache): Promise<SweptCache>;
  /** What there is. */
  totals(): Promise<CacheTotals>;
}
