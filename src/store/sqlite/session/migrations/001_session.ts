/**
 * Sessions, their streams, what was said on these, and how much that is.
 *
 * - `num` stands for the session in the other tables: an id is long, and events are many.
 * - The numbers of a session's events only grow, so that one index has both the order of a stream and
 *   the oldest event. It holds the stream, too: an event may be large, and is not read to be skipped.
 * - A stream's `requests` and `pending`, and an event's `answers`, are JSON.
 * - Counts are kept by triggers, so that keeping to the bounds does not read the table.
 */
export const migration = `
CREATE TABLE sessions (
  num INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  principal_id TEXT NOT NULL,
  state TEXT NOT NULL,
  used_at_ms INTEGER NOT NULL,
  last_seq INTEGER NOT NULL DEFAULT 0,
  event_count INTEGER NOT NULL DEFAULT 0,
  event_bytes INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE session_streams (
  session INTEGER NOT NULL REFERENCES sessions (num) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  requests TEXT NOT NULL,
  pending TEXT NOT NULL,
  last_seq INTEGER NOT NULL,
  PRIMARY KEY (session, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_events (
  num INTEGER PRIMARY KEY AUTOINCREMENT,
  session INTEGER NOT NULL REFERENCES sessions (num) ON DELETE CASCADE,
  stream INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  previous_seq INTEGER NOT NULL,
  answers TEXT,
  bytes INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX session_events_seq ON session_events (session, seq, stream);

CREATE TABLE session_totals (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  event_count INTEGER NOT NULL,
  event_bytes INTEGER NOT NULL
) STRICT;
INSERT INTO session_totals (id, event_count, event_bytes) VALUES (1, 0, 0);
CREATE TRIGGER session_events_insert AFTER INSERT ON session_events BEGIN
  UPDATE session_totals SET event_count = event_count + 1, event_bytes = event_bytes + new.bytes;
  UPDATE sessions SET last_seq = new.seq,
    event_count = event_count + 1, event_bytes = event_bytes + new.bytes
  WHERE num = new.session;
END;
CREATE TRIGGER session_events_delete AFTER DELETE ON session_events BEGIN
  UPDATE session_totals SET event_count = event_count - 1, event_bytes = event_bytes - old.bytes;
  UPDATE sessions SET
    event_count = event_count - 1, event_bytes = event_bytes - old.bytes
  WHERE num = old.session;
END;
`;
