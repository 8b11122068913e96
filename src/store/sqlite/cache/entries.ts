import type { CacheEntry, CacheTotals, EntryVersion, WriteEntry } from "../../cache_store.ts";
import { entryBytes, isExpired } from "../../resolve_cache_write.ts";
import type { Database, Row } from "../database.ts";

/** What is known of a key without its value. */
export interface KnownEntry {
  readonly id: number;
  readonly version: EntryVersion;
  /** Whether there is a value that has not expired. */
  readonly hasValue: boolean;
}

/** The entry of a key, be it a value or a tombstone. */
export function findEntry(
  database: Database,
  key: string,
  nowMs: number,
): KnownEntry | undefined {
  const [row] = database.all(
    "SELECT id, at_ms, peer_id, sha256, expires_at_ms FROM cache_entries WHERE key = ?",
    [key],
  );
  if (row === undefined) return undefined;
  return {
    id: Number(row["id"]),
    version: versionOf(row),
    hasValue: row["sha256"] !== null && !isExpired(expiryOf(row), nowMs),
  };
}

/** A value with the number of its row. */
export interface FoundValue {
  readonly id: number;
  readonly entry: CacheEntry;
}

/** The value under a key, unless it has expired. */
export function findValue(database: Database, key: string, nowMs: number): FoundValue | undefined {
  const [row] = database.all(
    "SELECT id, at_ms, peer_id, sha256, expires_at_ms, json" +
      " FROM cache_entries JOIN cache_values USING (id) WHERE key = ?",
    [key],
  );
  if (row === undefined || isExpired(expiryOf(row), nowMs)) return undefined;
  const entry = {
    json: String(row["json"]),
    sha256: String(row["sha256"]),
    expiresAtMs: expiryOf(row),
    version: versionOf(row),
  };
  return { id: Number(row["id"]), entry };
}

/** An entry as it is to be saved. */
export interface SaveEntry extends Pick<WriteEntry, "key" | "content" | "expiresAtMs" | "version"> {
  /** The row, if the key has one. */
  readonly id: number | undefined;
  /** Its place in the order of use. */
  readonly used: number;
}

/** Write an entry, over the one that the key has; returns its row. */
export function saveEntry(database: Database, entry: SaveEntry): number {
  const { key, content, version, used } = entry;
  const { json, sha256 = null } = content ?? {};
  const expiresAtMs = content === undefined ? null : entry.expiresAtMs;
  const values = [version.atMs, version.peerId, sha256, expiresAtMs, entryBytes(key, json), used];
  let { id } = entry;
  if (id === undefined) {
    id = database.run(
      "INSERT INTO cache_entries (at_ms, peer_id, sha256, expires_at_ms, bytes, used, key)" +
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
      [...values, key],
    ).lastInsertRowid;
  } else {
    database.run(
      "UPDATE cache_entries SET at_ms = ?, peer_id = ?, sha256 = ?, expires_at_ms = ?, bytes = ?," +
        " used = ? WHERE id = ?",
      [...values, id],
    );
  }
  if (json === undefined) database.run("DELETE FROM cache_values WHERE id = ?", [id]);
  else database.run("INSERT OR REPLACE INTO cache_values (id, json) VALUES (?, ?)", [id, json]);
  return id;
}

/** What a store holds, and the newest change of all that it no longer holds. */
export interface StoredTotals extends CacheTotals {
  /** In epoch milliseconds; `-Infinity` as long as nothing was dropped. */
  readonly floorMs: number;
}

/** What there is. */
export function readTotals(database: Database): StoredTotals {
  const [row] = database.all("SELECT entry_count, value_count, bytes, floor_ms FROM cache_totals");
  const floorMs = row?.["floor_ms"];
  return {
    entries: Number(row?.["entry_count"]),
    values: Number(row?.["value_count"]),
    bytes: Number(row?.["bytes"]),
    floorMs: typeof floorMs === "number" ? floorMs : -Infinity,
  };
}

function versionOf(row: Row): EntryVersion {
  return { atMs: Number(row["at_ms"]), peerId: String(row["peer_id"]) };
}

function expiryOf(row: Row): number | null {
  const expiresAtMs = row["expires_at_ms"];
  return typeof expiresAtMs === "number" ? expiresAtMs : null;
}
