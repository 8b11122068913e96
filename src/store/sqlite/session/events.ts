import {
  type AppendEvent,
  type EventBounds,
  eventBytes,
  type EventQuery,
  type SessionEvent,
} from "../../session_store.ts";
import type { Database, Row } from "../database.ts";
import { forgetStreamIfOver, saveStream } from "./streams.ts";

/** A stream's events in order. */
export const READ = `SELECT seq, previous_seq, answers, data FROM session_events
  WHERE session = ? AND seq > ? AND stream = ? ORDER BY seq LIMIT ? + 0`;

/** A session's event that has been there longest. */
export const OLDEST = `SELECT num, session, stream, seq FROM session_events
  WHERE session = ? ORDER BY seq LIMIT 1`;

/** The event that has been there longest of all. */
export const OLDEST_OF_ALL = `SELECT num, session, stream, seq FROM session_events
  ORDER BY num LIMIT 1`;

/** Keeps an event, its stream, and the bounds. */
export function appendEvent(database: Database, session: number, append: AppendEvent): void {
  const { stream, event, bounds } = append;
  const { seq, previousSeq, data, answers } = event;
  saveStream(database, session, stream);
  database.run(
    "INSERT INTO session_events (session, stream, seq, previous_seq, answers, bytes, data)" +
      " VALUES (?, ?, ?, ?, ?, ?, ?)",
    [
      session,
      stream.id,
      seq,
      previousSeq,
      answers === undefined ? null : JSON.stringify(answers),
      eventBytes(data),
      data,
    ],
  );
  while (isSessionOverfull(database, session, bounds)) drop(database, OLDEST, [session]);
  while (isOverfull(database, bounds)) drop(database, OLDEST_OF_ALL, []);
}

/** What was said on a stream. */
export function readEvents(
  database: Database,
  session: number,
  { streamId, afterSeq, limit }: EventQuery,
): readonly SessionEvent[] {
  return database.all(READ, [session, afterSeq, streamId, limit]).map(toEvent);
}

function toEvent(row: Row): SessionEvent {
  const answers = row["answers"];
  return {
    seq: Number(row["seq"]),
    previousSeq: Number(row["previous_seq"]),
    data: String(row["data"]),
    ...(typeof answers === "string" && { answers: JSON.parse(answers) }),
  };
}

function drop(database: Database, oldest: string, parameters: readonly number[]): void {
  const [row] = database.all(oldest, parameters);
  if (row === undefined) return;
  database.run("DELETE FROM session_events WHERE num = ?", [Number(row["num"])]);
  const [session, streamId] = [Number(row["session"]), Number(row["stream"])];
  forgetStreamIfOver(database, session, streamId);
}

function isSessionOverfull(
  database: Database,
  session: number,
  { maxEvents, maxBytes }: EventBounds,
): boolean {
  const [row] = database.all("SELECT event_count, event_bytes FROM sessions WHERE num = ?", [
    session,
  ]);
  const events = Number(row?.["event_count"]);
  return events > 0 && (events > maxEvents || Number(row?.["event_bytes"]) > maxBytes);
}

function isOverfull(database: Database, { maxTotalBytes }: EventBounds): boolean {
  const [row] = database.all("SELECT event_count, event_bytes FROM session_totals");
  return Number(row?.["event_count"]) > 0 && Number(row?.["event_bytes"]) > maxTotalBytes;
}
