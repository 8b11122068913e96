import type { CacheBounds } from "../../cache_store.ts";
import type { Database } from "../database.ts";
import { readTotals } from "./entries.ts";
import type { Recency } from "./recency.ts";

/** The entries that were used least recently, but for one. */
export const CANDIDATES = "SELECT id FROM cache_entries WHERE id <> ? ORDER BY used LIMIT ? + 0";

/** How many candidates are looked up together. */
const CANDIDATES_AT_ONCE = 64;

/** Second chances that are given in one go: each is a write, and the event loop waits. */
const MAX_CHANCES = 256;

/** What is evicted and what is not. */
export interface EvictOptions {
  /** How much may be kept. */
  readonly bounds: CacheBounds;
  /** Evict no more than this. A rest is for the next time. */
  readonly limit: number;
  /** The row that stays. @default {undefined} none */
  readonly keepId?: number | undefined;
}

/**
 * Drop what was used least recently, until the bounds are kept.
 *
 * @param database The entries.
 * @param recency Which were read.
 * @param options The bounds.
 * @returns How many entries went.
 */
export function evict(database: Database, recency: Recency, options: EvictOptions): number {
  const { bounds, limit, keepId = 0 } = options;
  let [evicted, chances] = [0, 0];
  while (evicted < limit && isOverfull(database, bounds)) {
    const candidates = database.all(CANDIDATES, [keepId, CANDIDATES_AT_ONCE]);
    if (candidates.length === 0) break;
    for (const row of candidates) {
      if (evicted >= limit || !isOverfull(database, bounds)) break;
      const id = Number(row["id"]);
      if (recency.take(id) && chances++ < MAX_CHANCES) {
        database.run("UPDATE cache_entries SET used = ? WHERE id = ?", [recency.next(), id]);
        continue;
      }
      database.run("DELETE FROM cache_entries WHERE id = ?", [id]);
      evicted++;
    }
  }
  return evicted;
}

function isOverfull(database: Database, { maxBytes, maxEntries }: CacheBounds): boolean {
  const { entries, bytes } = readTotals(database);
  return bytes > maxBytes || entries > maxEntries;
}
