import type { Logger } from "../../../telemetry/mod.ts";
import { createMemorySessionStore } from "../../memory/memory_session_store.ts";
import type { SessionStore } from "../../session_store.ts";
import { openOrReplace } from "../open_or_replace.ts";
import { openSqliteSessionStore, type SqliteSessionStoreOptions } from "./sqlite_session_store.ts";

/** How the store of a server's sessions is opened. */
export interface OpenSessionStoreOptions extends SqliteSessionStoreOptions {
  /** Told of a file that cannot be used. */
  readonly logger: Logger;
}

const MESSAGES = {
  setAside: "Session file was set aside, and a new one begun",
  inMemory: "Sessions are kept in memory only, as their file cannot be used",
} as const;

/**
 * Open the store of a server's sessions, whatever state its file is in: clients that lose their session
 * begin another.
 *
 * A file that is damaged or of a later release is renamed to `<path>.set-aside`, over an earlier one,
 * and a new one begun. If the file cannot be had at all (locked, not permitted, no room, another
 * program's) sessions are kept in memory. Both are warned of.
 *
 * @param options The file, and who is warned.
 * @returns The store, to be disposed.
 * @throws {RangeError} If a limit is no whole number.
 */
export function openSessionStore(options: OpenSessionStoreOptions): SessionStore {
  return openOrReplace({
    path: options.path,
    logger: options.logger,
    open: () => openSqliteSessionStore(options),
    openInMemory: createMemorySessionStore,
    messages: MESSAGES,
  });
}
