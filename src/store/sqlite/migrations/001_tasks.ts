/**
 * Tasks, their payloads, and how many are in each state.
 *
 * - `seq` gives the order of submission and is never used again (AUTOINCREMENT).
 * - The payload has a table of its own: SQLite rewrites a whole row on each change, and a renewal must
 *   not rewrite a megabyte.
 * - `ready` is 1 for a queued task whose `not_before_ms` has passed. Tasks that wait for their time are
 *   thereby no obstacle for a claim, which takes the first entries of `tasks_ready` and stops.
 * - Each index holds only the tasks that its query is about.
 * - `task_counts` is kept by triggers, so that counting does not read the table.
 */
export const migration = `
CREATE TABLE tasks (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  model TEXT NOT NULL,
  status TEXT NOT NULL
    CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
  ready INTEGER NOT NULL CHECK (ready = 0 OR status = 'queued'),
  priority INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  not_before_ms INTEGER NOT NULL,
  deadline_at_ms INTEGER,
  worker TEXT,
  lease_token TEXT,
  lease_until_ms INTEGER CHECK ((lease_until_ms IS NOT NULL) = (status = 'running')),
  progress TEXT,
  result TEXT,
  error_code TEXT,
  error_message TEXT,
  failures TEXT NOT NULL,
  idempotency_key TEXT,
  fingerprint TEXT
) STRICT;

CREATE TABLE task_payloads (
  seq INTEGER PRIMARY KEY REFERENCES tasks (seq) ON DELETE CASCADE,
  payload TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX tasks_idempotency ON tasks (idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX tasks_ready ON tasks (type, priority DESC, seq) WHERE ready = 1;
CREATE INDEX tasks_delayed ON tasks (type, not_before_ms) WHERE status = 'queued' AND ready = 0;
CREATE INDEX tasks_due ON tasks (not_before_ms) WHERE status = 'queued' AND ready = 0;
CREATE INDEX tasks_leased ON tasks (lease_until_ms) WHERE status = 'running';
CREATE INDEX tasks_deadline ON tasks (deadline_at_ms)
  WHERE deadline_at_ms IS NOT NULL AND status IN ('queued', 'running');
CREATE INDEX tasks_final ON tasks (updated_at_ms)
  WHERE status IN ('completed', 'failed', 'cancelled');
CREATE INDEX tasks_by_status ON tasks (status, seq);

CREATE TABLE task_counts (
  status TEXT PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO task_counts (status, count)
  VALUES ('queued', 0), ('running', 0), ('completed', 0), ('failed', 0), ('cancelled', 0);
CREATE TRIGGER tasks_count_insert AFTER INSERT ON tasks BEGIN
  UPDATE task_counts SET count = count + 1 WHERE status = new.status;
END;
CREATE TRIGGER tasks_count_update AFTER UPDATE OF status ON tasks
  WHEN old.status <> new.status BEGIN
  UPDATE task_counts SET count = count - 1 WHERE status = old.status;
  UPDATE task_counts SET count = count + 1 WHERE status = new.status;
END;
CREATE TRIGGER tasks_count_delete AFTER DELETE ON tasks BEGIN
  UPDATE task_counts SET count = count - 1 WHERE status = old.status;
END;
`;
