/**
 * Keys, their values, and how much there is of them.
 *
 * - An entry without `sha256` is a tombstone. Its value has a table of its own: SQLite rewrites a
 *   whole row on each change, and noting that a value was used must not rewrite it.
 * - `used` puts the entries in the order in which they were used; only the order matters.
 * - Each index holds only the entries that its query is about.
 * - `cache_totals` is kept by triggers, so that keeping to a quota does not read the table.
 *   `floor_ms` is the time of the newest change of all keys that were dropped.
 */
export const migration = `
CREATE TABLE cache_entries (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  at_ms INTEGER NOT NULL,
  peer_id TEXT NOT NULL,
  sha256 TEXT,
  expires_at_ms INTEGER CHECK (expires_at_ms IS NULL OR sha256 IS NOT NULL),
  bytes INTEGER NOT NULL,
  used INTEGER NOT NULL
) STRICT;

CREATE TABLE cache_values (
  id INTEGER PRIMARY KEY REFERENCES cache_entries (id) ON DELETE CASCADE,
  json TEXT NOT NULL
) STRICT;

CREATE INDEX cache_used ON cache_entries (used);
CREATE INDEX cache_expiring ON cache_entries (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
CREATE INDEX cache_tombstones ON cache_entries (at_ms) WHERE sha256 IS NULL;

CREATE TABLE cache_totals (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  entry_count INTEGER NOT NULL,
  value_count INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  floor_ms INTEGER
) STRICT;
INSERT INTO cache_totals (id, entry_count, value_count, bytes) VALUES (1, 0, 0, 0);
CREATE TRIGGER cache_totals_insert AFTER INSERT ON cache_entries BEGIN
  UPDATE cache_totals SET entry_count = entry_count + 1,
    value_count = value_count + (new.sha256 IS NOT NULL), bytes = bytes + new.bytes;
END;
CREATE TRIGGER cache_totals_update AFTER UPDATE OF sha256, bytes ON cache_entries BEGIN
  UPDATE cache_totals SET
    value_count = value_count + (new.sha256 IS NOT NULL) - (old.sha256 IS NOT NULL),
    bytes = bytes + new.bytes - old.bytes;
END;
CREATE TRIGGER cache_totals_delete AFTER DELETE ON cache_entries BEGIN
  UPDATE cache_totals SET entry_count = entry_count - 1,
    value_count = value_count - (old.sha256 IS NOT NULL), bytes = bytes - old.bytes,
    floor_ms = max(coalesce(floor_ms, old.at_ms), old.at_ms);
END;
`;
