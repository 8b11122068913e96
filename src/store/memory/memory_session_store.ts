import {
  type AppendEvent,
  eventBytes,
  type EventQuery,
  type FoundSession,
  type SessionEntry,
  type SessionEvent,
  type SessionStore,
  type SessionStreamRecord,
  type SessionTotals,
  type StoredSession,
} from "../session_store.ts";
import { MemorySteps } from "./memory_steps.ts";

/** A session with its streams and events. */
interface MemorySession {
  session: StoredSession;
  lastSeq: number;
  bytes: number;
  readonly streams: Map<number, SessionStreamRecord>;
  /** By number, oldest first. */
  readonly events: Map<number, MemoryEvent>;
}

interface MemoryEvent {
  readonly owner: MemorySession;
  readonly streamId: number;
  readonly event: SessionEvent;
  readonly bytes: number;
}

/**
 * Create a session store that forgets everything with the process: for tests, and for a server that
 * keeps no files.
 *
 * @returns The store.
 */
export function createMemorySessionStore(): SessionStore {
  return new MemorySessionStore();
}

class MemorySessionStore implements SessionStore {
  readonly #sessions = new Map<string, MemorySession>();
  /** Those of all sessions, oldest first. */
  readonly #events = new Set<MemoryEvent>();
  #bytes = 0;
  readonly #steps = new MemorySteps();

  list(): Promise<readonly SessionEntry[]> {
    return this.#steps.run(() =>
      Array.from(
        this.#sessions.values(),
        ({ session: { id, principalId, usedAtMs } }) => ({ id, principalId, usedAtMs }),
      ).sort((first, second) => first.usedAtMs - second.usedAtMs)
    );
  }

  insert(session: StoredSession): Promise<void> {
    return this.#steps.run(() => {
      this.#sessions.set(session.id, {
        session: { ...session },
        lastSeq: 0,
        bytes: 0,
        streams: new Map(),
        events: new Map(),
      });
    });
  }

  find(id: string): Promise<FoundSession | undefined> {
    return this.#steps.run(() => {
      const owner = this.#sessions.get(id);
      if (owner === undefined) return undefined;
      const streams = [...owner.streams.values()]
        .filter((stream) => stream.id === 0 || stream.pending.length > 0);
      return { ...owner.session, streams, lastSeq: owner.lastSeq };
    });
  }

  saveState(id: string, state: string): Promise<void> {
    return this.#change(id, (owner) => {
      owner.session = { ...owner.session, state };
    });
  }

  touch(uses: readonly Pick<SessionEntry, "id" | "usedAtMs">[]): Promise<void> {
    return this.#steps.run(() => {
      for (const { id, usedAtMs } of uses) {
        const owner = this.#sessions.get(id);
        if (owner !== undefined) owner.session = { ...owner.session, usedAtMs };
      }
    });
  }

  delete(ids: readonly string[]): Promise<void> {
    return this.#steps.run(() => {
      for (const id of ids) {
        const owner = this.#sessions.get(id);
        for (const event of owner?.events.values() ?? []) this.#drop(event);
        this.#sessions.delete(id);
      }
    });
  }

  append({ sessionId, stream, event, bounds }: AppendEvent): Promise<void> {
    return this.#change(sessionId, (owner) => {
      const bytes = eventBytes(event.data);
      const entry = { owner, streamId: stream.id, event, bytes };
      owner.streams.set(stream.id, stream);
      owner.lastSeq = event.seq;
      owner.bytes += bytes;
      owner.events.set(event.seq, entry);
      this.#events.add(entry);
      this.#bytes += bytes;
      for (const oldest of owner.events.values()) {
        if (owner.events.size <= bounds.maxEvents && owner.bytes <= bounds.maxBytes) break;
        this.#drop(oldest);
      }
      for (const oldest of this.#events) {
        if (this.#bytes <= bounds.maxTotalBytes) break;
        this.#drop(oldest);
      }
    });
  }

  settle(
    sessionId: string,
    { id, pending }: Pick<SessionStreamRecord, "id" | "pending">,
  ): Promise<void> {
    return this.#change(sessionId, (owner) => {
      const stream = owner.streams.get(id);
      if (stream === undefined) return;
      owner.streams.set(id, { ...stream, pending });
      forgetIfOver(owner, id);
    });
  }

  findStream(sessionId: string, streamId: number): Promise<SessionStreamRecord | undefined> {
    return this.#steps.run(() => this.#sessions.get(sessionId)?.streams.get(streamId));
  }

  readEvents(sessionId: string, query: EventQuery): Promise<readonly SessionEvent[]> {
    return this.#steps.run(() => {
      const { streamId, afterSeq, limit } = query;
      const found: SessionEvent[] = [];
      for (const entry of this.#sessions.get(sessionId)?.events.values() ?? []) {
        if (found.length >= limit) break;
        if (entry.streamId === streamId && entry.event.seq > afterSeq) found.push(entry.event);
      }
      return found;
    });
  }

  totals(): Promise<SessionTotals> {
    return this.#steps.run(() => {
      let streams = 0;
      for (const owner of this.#sessions.values()) streams += owner.streams.size;
      const [sessions, events] = [this.#sessions.size, this.#events.size];
      return { sessions, streams, events, bytes: this.#bytes };
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#steps.close();
  }

  #change(id: string, operation: (owner: MemorySession) => void): Promise<void> {
    return this.#steps.run(() => {
      const owner = this.#sessions.get(id);
      if (owner !== undefined) operation(owner);
    });
  }

  #drop(entry: MemoryEvent): void {
    const { owner, streamId, event, bytes } = entry;
    owner.events.delete(event.seq);
    owner.bytes -= bytes;
    this.#events.delete(entry);
    this.#bytes -= bytes;
    forgetIfOver(owner, streamId);
  }
}

/** A stream that will say no more is nothing without its events. */
function forgetIfOver(owner: MemorySession, streamId: number): void {
  const stream = owner.streams.get(streamId);
  if (stream === undefined || streamId === 0 || stream.pending.length > 0) return;
  if (!owner.events.has(stream.lastSeq)) owner.streams.delete(streamId);
}
