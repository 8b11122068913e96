import { DatabaseSync } from "node:sqlite";
import { Database } from "./database.ts";
import { migrate, type Schema } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/mod.ts";
import { toCorruptError, toStoreOpenError } from "./to_store_error.ts";

/** How a database is opened. */
export interface DatabaseOptions {
  /** The file. Created, readable by its owner only, if it is not there; its directory must be. */
  readonly path: string;
  /**
   * How long to wait for another process to let go of the file. The event loop stands still
   * meanwhile. @default {2000}
   */
  readonly busyTimeoutMs?: number | undefined;
  /** The file does not grow beyond this size. @default {undefined} as large as the disk allows */
  readonly maxBytes?: number | undefined;
  /** What the database is to hold. @default {QUEUE_SCHEMA} tasks */
  readonly schema?: Schema | undefined;
  /** Whether no other process may open it as long as it is open here. @default {false} */
  readonly isExclusive?: boolean | undefined;
}

/** The schema of the task queue. */
export const QUEUE_SCHEMA: Schema = {
  // "mcpp" in ASCII.
  applicationId: 0x6d637070,
  migrations: MIGRATIONS,
};

const DEFAULT_BUSY_TIMEOUT_MS = 2_000;

/** Files up to this size are checked whole at the start, which takes about a second per GB. */
const MAX_CHECKED_BYTES = 64 * 1024 * 1024;

/**
 * Open a database file and bring it to the present schema.
 *
 * @throws {StoreOpenError} If the file is damaged, locked, unreadable, or of a later release.
 * @throws {StoreFullError} If there is no room for an empty store.
 * @throws {RangeError} If a limit is no whole number.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { path, busyTimeoutMs, maxBytes, schema = QUEUE_SCHEMA } = options;
  if (busyTimeoutMs !== undefined) assertWhole("busyTimeoutMs", busyTimeoutMs);
  if (maxBytes !== undefined) assertWhole("maxBytes", maxBytes);
  let database: Database | undefined;
  try {
    createFile(path);
    database = new Database(new DatabaseSync(path), path);
    configure(database, options);
    if (maxBytes !== undefined) limitSize(database, maxBytes);
    migrate(database, schema);
    checkIntegrity(database, path);
    return database;
  } catch (error) {
    database?.close();
    throw toStoreOpenError(error, path);
  }
}

/**
 * SQLite would create the file readable by everyone. One that is there is left to SQLite: to close a
 * file is to give up all locks that this process has on it, those of another open database included.
 */
function createFile(path: string): void {
  try {
    Deno.openSync(path, { createNew: true, write: true, mode: 0o600 }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

function configure(
  database: Database,
  { busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS, isExclusive = false }: DatabaseOptions,
): void {
  // First of all, so that the next ones wait for a lock instead of failing.
  database.all(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  // Taken with the first access, and given up with the last: the file is its own lock.
  if (isExclusive) database.all("PRAGMA locking_mode = EXCLUSIVE");
  database.all("PRAGMA journal_mode = WAL");
  // FULL: a commit that was reported survives a power cut. Group commit makes that cheap.
  database.all("PRAGMA synchronous = FULL");
  database.all("PRAGMA foreign_keys = ON");
  database.all("PRAGMA temp_store = MEMORY");
  database.all("PRAGMA cache_size = -65536");
  // In pages, four times the default: the one commit in so many that also writes the WAL's pages into
  // the database takes ten times as long, and shall be none of the slowest hundredth.
  database.all("PRAGMA wal_autocheckpoint = 4000");
  // The WAL file is cut back to this after a burst.
  database.all(`PRAGMA journal_size_limit = ${64 * 1024 * 1024}`);
}

/** A damaged page is better found now than by a claim in the middle of the night. */
function checkIntegrity(database: Database, path: string): void {
  const [size] = database.all(
    "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
  );
  if (Number(size?.["bytes"]) > MAX_CHECKED_BYTES) return;
  const [row] = database.all("PRAGMA quick_check(1)");
  const verdict = row?.["quick_check"];
  if (verdict !== "ok") throw toCorruptError(path, new Error(String(verdict)));
}

function limitSize(database: Database, maxBytes: number): void {
  const [row] = database.all("PRAGMA page_size");
  const pageBytes = Number(row?.["page_size"]);
  database.all(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / pageBytes))}`);
}

function assertWhole(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new RangeError(`Cannot open store as a limit is no whole number: ${name} "${value}"`);
}
