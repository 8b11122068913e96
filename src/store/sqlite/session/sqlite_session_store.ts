import type {
  AppendEvent,
  EventQuery,
  FoundSession,
  SessionEntry,
  SessionEvent,
  SessionStore,
  SessionStreamRecord,
  SessionTotals,
  StoredSession,
} from "../../session_store.ts";
import type { Database } from "../database.ts";
import { openDatabase } from "../open_database.ts";
import { StoreAccess } from "../store_access.ts";
import { appendEvent, readEvents } from "./events.ts";
import { SESSION_SCHEMA } from "./schema.ts";
import { findOpenStreams, findStream, settleStream } from "./streams.ts";

/** How a session store is opened. */
export interface SqliteSessionStoreOptions {
  /** The file. Created, readable by its owner only, if it is not there; its directory must be. */
  readonly path: string;
  /**
   * How long to wait for another process to let go of the file. The event loop stands still
   * meanwhile. @default {2000}
   */
  readonly busyTimeoutMs?: number | undefined;
}

/**
 * Open a session store in a SQLite file. What it reported survives the end of the process, however that
 * ends; a power cut may cost the last changes, but never the file.
 *
 * @param options The file.
 * @returns The store, to be disposed.
 * @throws {StoreOpenError} If the file is damaged, locked, unreadable, or of a later release.
 * @throws {StoreFullError} If there is no room for an empty store.
 * @throws {RangeError} If a limit is no whole number.
 *
 * @example Keep a session
 * ```ts
 * import { openSqliteSessionStore } from "../mod.ts";
 * import assert from "node:assert/strict";
 *
 * const directory = await Deno.makeTempDir();
 * const path = `${directory}/sessions.sqlite`;
 * {
 *   await using store = openSqliteSessionStore({ path });
 *   await store.insert({ id: "s", principalId: "laptop", state: "{}", usedAtMs: 1_000 });
 * }
 * {
 *   await using store = openSqliteSessionStore({ path });
 *   assert.equal((await store.find("s"))?.principalId, "laptop");
 * }
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export function openSqliteSessionStore(options: SqliteSessionStoreOptions): SessionStore {
  const database = openDatabase({ ...options, schema: SESSION_SCHEMA });
  // A client that loses the last events to a power cut finds out, and asks again.
  database.run("PRAGMA synchronous = NORMAL");
  database.run("PRAGMA cache_size = -8192");
  return new SqliteSessionStore(new StoreAccess(database));
}

class SqliteSessionStore implements SessionStore {
  readonly #access: StoreAccess;

  constructor(access: StoreAccess) {
    this.#access = access;
  }

  list(): Promise<readonly SessionEntry[]> {
    return this.#access.read((database) =>
      database.all("SELECT id, principal_id, used_at_ms FROM sessions ORDER BY used_at_ms, num")
        .map((row) => ({
          id: String(row["id"]),
          principalId: String(row["principal_id"]),
          usedAtMs: Number(row["used_at_ms"]),
        }))
    );
  }

  insert({ id, principalId, state, usedAtMs }: StoredSession): Promise<void> {
    return this.#access.write((database) => {
      database.run(
        "INSERT INTO sessions (id, principal_id, state, used_at_ms) VALUES (?, ?, ?, ?)",
        [id, principalId, state, usedAtMs],
      );
    });
  }

  find(id: string): Promise<FoundSession | undefined> {
    return this.#access.read((database) => {
      const [row] = database.all("SELECT * FROM sessions WHERE id = ?", [id]);
      if (row === undefined) return undefined;
      return {
        id,
        principalId: String(row["principal_id"]),
        state: String(row["state"]),
        usedAtMs: Number(row["used_at_ms"]),
        streams: findOpenStreams(database, Number(row["num"])),
        lastSeq: Number(row["last_seq"]),
      };
    });
  }

  saveState(id: string, state: string): Promise<void> {
    return this.#access.write((database) => {
      database.run("UPDATE sessions SET state = ? WHERE id = ?", [state, id]);
    });
  }

  touch(uses: readonly Pick<SessionEntry, "id" | "usedAtMs">[]): Promise<void> {
    return this.#access.write((database) => {
      for (const { id, usedAtMs } of uses) {
        database.run("UPDATE sessions SET used_at_ms = ? WHERE id = ?", [usedAtMs, id]);
      }
    });
  }

  delete(ids: readonly string[]): Promise<void> {
    return this.#access.write((database) => {
      for (const id of ids) database.run("DELETE FROM sessions WHERE id = ?", [id]);
    });
  }

  append(append: AppendEvent): Promise<void> {
    return this.#change(append.sessionId, (database, session) => {
      appendEvent(database, session, append);
    });
  }

  settle(
    sessionId: string,
    stream: Pick<SessionStreamRecord, "id" | "pending">,
  ): Promise<void> {
    return this.#change(sessionId, (database, session) => {
      settleStream(database, session, stream);
    });
  }

  findStream(sessionId: string, streamId: number): Promise<SessionStreamRecord | undefined> {
    return this.#access.read((database) => {
      const session = numberOf(database, sessionId);
      return session === undefined ? undefined : findStream(database, session, streamId);
    });
  }

  readEvents(sessionId: string, query: EventQuery): Promise<readonly SessionEvent[]> {
    return this.#access.read((database) => {
      const session = numberOf(database, sessionId);
      return session === undefined ? [] : readEvents(database, session, query);
    });
  }

  totals(): Promise<SessionTotals> {
    return this.#access.read((database) => {
      const [row] = database.all(
        "SELECT event_count, event_bytes, (SELECT count(*) FROM sessions) AS sessions," +
          " (SELECT count(*) FROM session_streams) AS streams FROM session_totals",
      );
      return {
        sessions: Number(row?.["sessions"]),
        streams: Number(row?.["streams"]),
        events: Number(row?.["event_count"]),
        bytes: Number(row?.["event_bytes"]),
      };
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#access[Symbol.asyncDispose]();
  }

  #change(
    sessionId: string,
    operation: (database: Database, session: number) => void,
  ): Promise<void> {
    return this.#access.write((database) => {
      const session = numberOf(database, sessionId);
      if (session !== undefined) operation(database, session);
    });
  }
}

/** What stands for a session in the other tables. */
function numberOf(database: Database, sessionId: string): number | undefined {
  const [row] = database.all("SELECT num FROM sessions WHERE id = ?", [sessionId]);
  return row === undefined ? undefined : Number(row["num"]);
}
