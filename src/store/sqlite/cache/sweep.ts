import type { SweepCache, SweptCache } from "../../cache_store.ts";
import { entryBytes } from "../../resolve_cache_write.ts";
import type { Database } from "../database.ts";
import { evict } from "./evict.ts";
import type { Recency } from "./recency.ts";

/** Values that have expired, longest first. */
export const EXPIRED = `SELECT id, key FROM cache_entries INDEXED BY cache_expiring
  WHERE expires_at_ms IS NOT NULL AND expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ? + 0`;

/** Forgets tombstones, oldest first. */
export const PURGE = `DELETE FROM cache_entries WHERE id IN (
    SELECT id FROM cache_entries INDEXED BY cache_tombstones
    WHERE sha256 IS NULL AND at_ms <= ? ORDER BY at_ms LIMIT ? + 0
  )`;

/** One step of tidying up. */
export function sweep(database: Database, recency: Recency, step: SweepCache): SweptCache {
  const { nowMs, limit, bounds } = step;
  const expired = database.all(EXPIRED, [nowMs, limit]);
  for (const row of expired) {
    const [id, bytes] = [Number(row["id"]), entryBytes(String(row["key"]))];
    database.run("DELETE FROM cache_values WHERE id = ?", [id]);
    database.run(
      "UPDATE cache_entries SET sha256 = NULL, expires_at_ms = NULL, bytes = ? WHERE id = ?",
      [bytes, id],
    );
  }
  const purged = database.run(PURGE, [nowMs - bounds.tombstoneMs, limit]).changes;
  const evicted = evict(database, recency, { bounds, limit });
  return { expired: expired.length, purged, evicted };
}
