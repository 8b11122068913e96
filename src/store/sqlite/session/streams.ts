import type { SessionStreamRecord } from "../../session_store.ts";
import type { Database, Row } from "../database.ts";

const COLUMNS = "id, requests, pending, last_seq";

/** Streams that matter to whoever takes a session up again. */
export const OPEN_STREAMS = `SELECT ${COLUMNS} FROM session_streams
  WHERE session = ? AND (id = 0 OR pending <> '[]') ORDER BY id`;

/** Keeps a stream as it is now. */
export function saveStream(
  database: Database,
  session: number,
  { id, requests, pending, lastSeq }: SessionStreamRecord,
): void {
  database.run(
    "INSERT INTO session_streams (session, id, requests, pending, last_seq)" +
      " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE" +
      " SET pending = excluded.pending, last_seq = excluded.last_seq",
    [session, id, JSON.stringify(requests), JSON.stringify(pending), lastSeq],
  );
}

/** Notes which requests of a stream will still be answered. */
export function settleStream(
  database: Database,
  session: number,
  { id, pending }: Pick<SessionStreamRecord, "id" | "pending">,
): void {
  database.run("UPDATE session_streams SET pending = ? WHERE session = ? AND id = ?", [
    JSON.stringify(pending),
    session,
    id,
  ]);
  forgetStreamIfOver(database, session, id);
}

/** Forgets a stream that will say no more and has lost its last event. */
export function forgetStreamIfOver(database: Database, session: number, id: number): void {
  database.run(
    "DELETE FROM session_streams WHERE session = ? AND id = ? AND id <> 0 AND pending = '[]'" +
      " AND NOT EXISTS (SELECT 1 FROM session_events" +
      " WHERE session = session_streams.session AND seq = session_streams.last_seq)",
    [session, id],
  );
}

/** One stream. */
export function findStream(
  database: Database,
  session: number,
  id: number,
): SessionStreamRecord | undefined {
  const [row] = database.all(
    `SELECT ${COLUMNS} FROM session_streams WHERE session = ? AND id = ?`,
    [session, id],
  );
  return row === undefined ? undefined : toStream(row);
}

/** Number 0, and those with requests that have no answer. */
export function findOpenStreams(
  database: Database,
  session: number,
): readonly SessionStreamRecord[] {
  return database.all(OPEN_STREAMS, [session]).map(toStream);
}

function toStream(row: Row): SessionStreamRecord {
  return {
    id: Number(row["id"]),
    requests: JSON.parse(String(row["requests"])),
    pending: JSON.parse(String(row["pending"])),
    lastSeq: Number(row["last_seq"]),
  };
}
