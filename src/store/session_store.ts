/** A session, as the list of them shows it. */
export interface SessionEntry {
  /** Whoever knows it can take the session up again. */
  readonly id: string;
  /** On whose behalf it was opened. */
  readonly principalId: string;
  /** Its last sign of life, in epoch milliseconds. */
  readonly usedAtMs: number;
}

/** A session as it is kept. */
export interface StoredSession extends SessionEntry {
  /** What it remembers, as JSON; not looked at by a store. */
  readonly state: string;
}

/** A session as it is found again. */
export interface FoundSession extends StoredSession {
  /** Its streams with requests that have no answer yet, and that of number 0 if it was ever used. */
  readonly streams: readonly SessionStreamRecord[];
  /** The largest number that an event of it ever had; 0 before the first. */
  readonly lastSeq: number;
}

/** What identifies a request among those of its session. */
export type StoredRequestId = string | number;

/** One of a session's streams of events: number 0, or that of a few requests. */
export interface SessionStreamRecord {
  /** Different from that of any other stream of the session, at any time. */
  readonly id: number;
  /** The requests that it brings the answers of. */
  readonly requests: readonly StoredRequestId[];
  /** Those of them that have no answer yet. */
  readonly pending: readonly StoredRequestId[];
  /** The number of its last event. */
  readonly lastSeq: number;
}

/** One event of a stream. */
export interface SessionEvent {
  /** Larger than that of every earlier event of the session. */
  readonly seq: number;
  /** The number of the event before it on its stream; a reader who has not seen that one misses some. */
  readonly previousSeq: number;
  /** What was said. */
  readonly data: string;
  /** The request that it is the answer of, if it is one. */
  readonly answers?: StoredRequestId | undefined;
}

/** How much is kept of what was said. */
export interface EventBounds {
  /** No more events than this for each session. */
  readonly maxEvents: number;
  /** They take no more than this for each session, by {@linkcode eventBytes}. */
  readonly maxBytes: number;
  /** They take no more than this in all. */
  readonly maxTotalBytes: number;
}

/** A new event. */
export interface AppendEvent {
  /** Whose it is. */
  readonly sessionId: string;
  /** The stream as it is with the event. */
  readonly stream: SessionStreamRecord;
  /** What is said. */
  readonly event: SessionEvent;
  /** How much is kept. Beyond that, the oldest events go. */
  readonly bounds: EventBounds;
}

/** Where to read on. */
export interface EventQuery {
  /** Which stream. */
  readonly streamId: number;
  /** Only events with larger numbers. */
  readonly afterSeq: number;
  /** How many at most. */
  readonly limit: number;
}

/** What a store holds. */
export interface SessionTotals {
  /** Sessions. */
  readonly sessions: number;
  /** Streams. */
  readonly streams: number;
  /** Events. */
  readonly events: number;
  /** What the events take, by {@linkcode eventBytes}. */
  readonly bytes: number;
}

/** What an event takes besides its text. */
const EVENT_OVERHEAD_BYTES = 64;

/**
 * What an event counts for.
 *
 * @param data What is said.
 * @returns About as many bytes as it takes.
 */
export function eventBytes(data: string): number {
  return data.length + EVENT_OVERHEAD_BYTES;
}

/**
 * Keeps sessions and what was said in them, so that they outlive connections and, if the adapter is
 * durable, the process.
 *
 * Each operation is atomic, and what it has reported is kept. Operations on a session that is not there
 * do nothing: it may have been deleted a moment ago. A stream is forgotten when its requests are
 * answered and its last event has gone.
 *
 * All methods reject with `StoreClosedError` after disposal, `StoreFullError` when there is no room, and
 * `StoreFailedError` or `StoreBusyError` when the storage engine fails.
 */
export interface SessionStore extends AsyncDisposable {
  /** All sessions, the one that was unused longest first. */
  list(): Promise<readonly SessionEntry[]>;
  /** Keep a new session. Its id must be new. */
  insert(session: StoredSession): Promise<void>;
  /** Find a session again. */
  find(id: string): Promise<FoundSession | undefined>;
  /** Keep what a session remembers now. */
  saveState(id: string, state: string): Promise<void>;
  /** Note when sessions were used last. */
  touch(uses: readonly Pick<SessionEntry, "id" | "usedAtMs">[]): Promise<void>;
  /** Forget sessions and all that was said in them. */
  delete(ids: readonly string[]): Promise<void>;
  /** Keep an event, and the stream that it is on. */
  append(append: AppendEvent): Promise<void>;
  /** Note that requests of a stream will get no answer, by what still will. */
  settle(sessionId: string, stream: Pick<SessionStreamRecord, "id" | "pending">): Promise<void>;
  /** A stream, as long as it is known. */
  findStream(sessionId: string, streamId: number): Promise<SessionStreamRecord | undefined>;
  /** What was said on a stream, oldest first. */
  readEvents(sessionId: string, query: EventQuery): Promise<readonly SessionEvent[]>;
  /** What there is. */
  totals(): Promise<SessionTotals>;
}
