import { Buffer } from "node:buffer";
import { compareCodePoints } from "../codec/mod.ts";
import type { EntryVersion, WriteEntry } from "./cache_store.ts";

/** About what a row and its entries in the indexes take besides key and value. */
const ENTRY_OVERHEAD_BYTES = 256;

/**
 * What an entry counts for in the quota.
 *
 * @param key The key.
 * @param json The value as JSON, if there is one.
 */
export function entryBytes(key: string, json = ""): number {
  return ENTRY_OVERHEAD_BYTES + Buffer.byteLength(key) + Buffer.byteLength(json);
}

/**
 * Which of two versions is newer.
 *
 * @returns Above 0 if `a` is newer, below 0 if `b` is, 0 if they are the same.
 */
export function compareVersions(a: EntryVersion, b: EntryVersion): number {
  return a.atMs - b.atMs || compareCodePoints(a.peerId, b.peerId);
}

/** What a store knows that decides about a change. */
export interface KnownHistory {
  /** The version of the key's entry, if it has one. */
  readonly known: EntryVersion | undefined;
  /** The newest change of all keys that no longer have an entry. */
  readonly floorMs: number;
}

/**
 * The version under which a change is taken.
 *
 * @param entry The change.
 * @param history What is known.
 * @returns The version, or `undefined` if the change is not to be taken.
 */
export function resolveCacheWrite(
  entry: WriteEntry,
  { known, floorMs }: KnownHistory,
): EntryVersion | undefined {
  const { version, nowMs, bounds } = entry;
  // Written while the clock was wrong, such a floor would keep all other nodes' changes out for ever.
  const floor = floorMs > nowMs + bounds.maxAheadMs ? -Infinity : floorMs;
  if (entry.isOwn) {
    return { ...version, atMs: Math.max(version.atMs, (known?.atMs ?? floor) + 1) };
  }
  const isNewer = known === undefined
    // Older than a tombstone lasts, it might have been deleted without anybody remembering.
    ? version.atMs > Math.max(floor, nowMs - bounds.tombstoneMs)
    : compareVersions(version, known) > 0;
  return isNewer ? version : undefined;
}

/** Whether a value is past its time. */
export function isExpired(expiresAtMs: number | null, nowMs: number): boolean {
  return expiresAtMs !== null && expiresAtMs <= nowMs;
}
