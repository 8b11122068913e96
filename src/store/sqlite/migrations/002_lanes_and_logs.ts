/**
 * Lanes, logs, counts by type, leases without fencing, small payloads beside their tasks.
 *
 * - A lane is the set of ready tasks that the same claimers may take: by type, required tags, and
 *   affinity. A task that is queued and whose time has come stands in a lane (`lane` takes the place
 *   of `ready`); no other task does. A claim finds the few lanes that are for its claimer, and takes
 *   the head of the best, however many tasks stand behind it or in other lanes.
 * - `head_priority` and `head_seq` name the first task of a lane; both are NULL in an empty one. `tag`
 *   is the first of the required tags, so that lanes whose tags nobody offers are not even looked at.
 *   Empty text means none in `tag`, and any in `worker` and `session`.
 * - `lane_until_ms` is when a task must leave a lane because its affinity ends.
 * - Triggers keep the heads, and the counts by type, from which the totals are summed.
 * - A small payload is a column of its task, which saves a row; large ones keep their own table.
 * - Whether two submissions are the same work is found out when a key is used again, not before.
 * - States are compared one by one, as SQLite builds a table for each `IN` of more than two.
 */
export const migration = `
DROP TRIGGER tasks_count_insert;
DROP TRIGGER tasks_count_update;
DROP TRIGGER tasks_count_delete;
DROP TABLE task_counts;
ALTER TABLE tasks RENAME TO tasks_1;
ALTER TABLE task_payloads RENAME TO task_payloads_1;

CREATE TABLE tasks (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  model TEXT NOT NULL,
  status TEXT NOT NULL CHECK (
    status = 'queued' OR status = 'running' OR status = 'completed' OR status = 'failed' OR
    status = 'cancelled'
  ),
  priority INTEGER NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  not_before_ms INTEGER NOT NULL,
  deadline_at_ms INTEGER,
  lane INTEGER CHECK (lane IS NULL OR status = 'queued'),
  lane_until_ms INTEGER CHECK (lane_until_ms IS NULL OR lane IS NOT NULL),
  worker TEXT,
  lease_token TEXT,
  lease_until_ms INTEGER CHECK ((lease_until_ms IS NOT NULL) = (status = 'running')),
  is_fenced INTEGER NOT NULL DEFAULT 1,
  requires TEXT NOT NULL DEFAULT '[]',
  affinity_worker TEXT,
  affinity_session TEXT,
  affinity_until_ms INTEGER,
  idempotency_key TEXT,
  error_code TEXT,
  error_message TEXT,
  failures TEXT NOT NULL DEFAULT '[]',
  log_count INTEGER NOT NULL DEFAULT 0,
  log_bytes INTEGER NOT NULL DEFAULT 0,
  progress TEXT,
  result TEXT,
  payload TEXT
) STRICT;

CREATE TABLE task_payloads (
  seq INTEGER PRIMARY KEY REFERENCES tasks (seq) ON DELETE CASCADE,
  payload TEXT NOT NULL
) STRICT;

CREATE TABLE lanes (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  tag TEXT NOT NULL,
  requires TEXT NOT NULL,
  worker TEXT NOT NULL,
  session TEXT NOT NULL,
  head_priority INTEGER,
  head_seq INTEGER,
  UNIQUE (tag, worker, session, type, requires)
) STRICT;

INSERT INTO lanes (type, tag, requires, worker, session)
  SELECT DISTINCT type, '', '[]', '', '' FROM tasks_1 WHERE ready = 1;
INSERT INTO tasks (
    seq, id, type, model, status, priority, attempt, max_attempts,
    created_at_ms, updated_at_ms, not_before_ms, deadline_at_ms, lane,
    worker, lease_token, lease_until_ms, idempotency_key,
    error_code, error_message, failures, progress, result, payload
  )
  SELECT
    seq, id, type, model, status, priority, attempt, max_attempts,
    created_at_ms, updated_at_ms, not_before_ms, deadline_at_ms,
    CASE WHEN ready = 1 THEN (SELECT lanes.id FROM lanes WHERE lanes.type = tasks_1.type) END,
    worker, lease_token, lease_until_ms, idempotency_key,
    error_code, error_message, failures, progress, result,
    CASE WHEN octet_length(payload) <= 1024 THEN payload END
  FROM tasks_1 JOIN task_payloads_1 USING (seq) ORDER BY seq;
INSERT INTO task_payloads (seq, payload)
  SELECT seq, payload FROM task_payloads_1 WHERE octet_length(payload) > 1024;
DELETE FROM sqlite_sequence WHERE name = 'tasks';
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'tasks', seq FROM sqlite_sequence WHERE name = 'tasks_1';
DROP TABLE task_payloads_1;
DROP TABLE tasks_1;

CREATE UNIQUE INDEX tasks_idempotency ON tasks (idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX tasks_ready ON tasks (lane, priority DESC, seq) WHERE lane IS NOT NULL;
CREATE INDEX tasks_leaving ON tasks (lane_until_ms) WHERE lane_until_ms IS NOT NULL;
CREATE INDEX tasks_delayed ON tasks (type, not_before_ms)
  WHERE status = 'queued' AND lane IS NULL;
CREATE INDEX tasks_due ON tasks (not_before_ms) WHERE status = 'queued' AND lane IS NULL;
CREATE INDEX tasks_leased ON tasks (lease_until_ms) WHERE status = 'running';
CREATE INDEX tasks_deadline ON tasks (deadline_at_ms)
  WHERE deadline_at_ms IS NOT NULL AND (status = 'queued' OR status = 'running');
CREATE INDEX tasks_final ON tasks (updated_at_ms)
  WHERE status = 'completed' OR status = 'failed' OR status = 'cancelled';
CREATE INDEX tasks_by_status ON tasks (status, seq);

UPDATE lanes SET (head_priority, head_seq) = (
  SELECT priority, seq FROM tasks WHERE lane = lanes.id ORDER BY priority DESC, seq LIMIT 1
);
CREATE TRIGGER tasks_insert_into_lane AFTER INSERT ON tasks WHEN new.lane IS NOT NULL BEGIN
  UPDATE lanes SET head_priority = new.priority, head_seq = new.seq
    WHERE id = new.lane AND (
      head_seq IS NULL OR head_priority < new.priority OR
      (head_priority = new.priority AND head_seq > new.seq)
    );
END;
CREATE TRIGGER tasks_leave_lane AFTER UPDATE OF lane ON tasks WHEN old.lane IS NOT NULL BEGIN
  UPDATE lanes SET (head_priority, head_seq) = (
      SELECT priority, seq FROM tasks WHERE lane = old.lane ORDER BY priority DESC, seq LIMIT 1
    )
    WHERE id = old.lane AND head_seq = old.seq;
END;
CREATE TRIGGER tasks_enter_lane AFTER UPDATE OF lane ON tasks WHEN new.lane IS NOT NULL BEGIN
  UPDATE lanes SET head_priority = new.priority, head_seq = new.seq
    WHERE id = new.lane AND (
      head_seq IS NULL OR head_priority < new.priority OR
      (head_priority = new.priority AND head_seq > new.seq)
    );
END;

CREATE TABLE type_counts (
  type TEXT PRIMARY KEY,
  queued INTEGER NOT NULL DEFAULT 0,
  running INTEGER NOT NULL DEFAULT 0,
  completed INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO type_counts (type, queued, running, completed, failed, cancelled)
  SELECT type, sum(status = 'queued'), sum(status = 'running'), sum(status = 'completed'),
    sum(status = 'failed'), sum(status = 'cancelled')
  FROM tasks GROUP BY type;
CREATE TRIGGER tasks_count_insert AFTER INSERT ON tasks BEGIN
  INSERT INTO type_counts (type, queued) VALUES (new.type, 1)
    ON CONFLICT (type) DO UPDATE SET queued = queued + 1;
END;
CREATE TRIGGER tasks_count_update AFTER UPDATE OF status ON tasks
  WHEN old.status <> new.status BEGIN
  UPDATE type_counts SET
    queued = queued + (new.status = 'queued') - (old.status = 'queued'),
    running = running + (new.status = 'running') - (old.status = 'running'),
    completed = completed + (new.status = 'completed') - (old.status = 'completed'),
    failed = failed + (new.status = 'failed') - (old.status = 'failed'),
    cancelled = cancelled + (new.status = 'cancelled') - (old.status = 'cancelled')
    WHERE type = new.type;
END;
CREATE TRIGGER tasks_count_delete AFTER DELETE ON tasks BEGIN
  UPDATE type_counts SET
    queued = queued - (old.status = 'queued'),
    running = running - (old.status = 'running'),
    completed = completed - (old.status = 'completed'),
    failed = failed - (old.status = 'failed'),
    cancelled = cancelled - (old.status = 'cancelled')
    WHERE type = old.type;
END;

CREATE TABLE task_logs (
  task INTEGER NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  stream TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (task, n)
) STRICT, WITHOUT ROWID;
`;
