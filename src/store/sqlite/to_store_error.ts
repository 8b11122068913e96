import { AppError } from "../../error/mod.ts";
import { StoreBusyError, StoreFailedError, StoreFullError, StoreOpenError } from "../errors.ts";

/** Primary result codes, https://sqlite.org/rescode.html */
const SQLITE_PERM = 3;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_AUTH = 23;
const SQLITE_NOTADB = 26;

/** Not every error of `node:sqlite` carries the number, but all carry SQLite's own text. */
const CODES_BY_TEXT: readonly (readonly [text: string, code: number])[] = [
  ["file is not a database", SQLITE_NOTADB],
  ["database disk image is malformed", SQLITE_CORRUPT],
  ["database is locked", SQLITE_BUSY],
  ["database table is locked", SQLITE_LOCKED],
  ["unable to open database", SQLITE_CANTOPEN],
  ["readonly database", SQLITE_READONLY],
  ["database or disk is full", SQLITE_FULL],
];

/**
 * What an error of the storage engine means to a user of the open store.
 *
 * @param error Whatever an operation threw. Errors of ours and misuse are returned as they are.
 * @param path The database file.
 */
export function toStoreError(error: unknown, path: string): unknown {
  if (!isSqliteError(error)) return error;
  const options = { cause: error };
  switch (sqliteCodeOf(error)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return new StoreBusyError(path, options);
    case SQLITE_FULL:
      return new StoreFullError(path, options);
    default:
      return new StoreFailedError(path, options);
  }
}

/**
 * What an error on opening means.
 *
 * @param error Whatever opening threw.
 * @param path The database file.
 */
export function toStoreOpenError(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error;
  if (!isSqliteError(error)) return fromFileError(error, path);
  const cause = error;
  switch (sqliteCodeOf(error)) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return toCorruptError(path, cause);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return new StoreOpenError("another process holds it", {
        code: "store_locked",
        path,
        cause,
        hint: "Stop the other process, or choose another data directory",
      });
    case SQLITE_FULL:
      return new StoreFullError(path, { cause });
    case SQLITE_READONLY:
      return unreadable("the file cannot be written", path, cause);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return unreadable("the file cannot be opened", path, cause);
    default:
      return tellDenial(path) ?? unreadable("the storage engine failed", path, cause);
  }
}

/** SQLite calls it an I/O error, too, when this user may not write the file. */
function tellDenial(path: string): unknown {
  try {
    Deno.openSync(path, { read: true, write: true }).close();
    return undefined;
  } catch (error) {
    return isDenied(error) ? fromFileError(error, path) : undefined;
  }
}

/**
 * The error about a damaged file.
 *
 * @param path The database file.
 * @param cause What showed the damage.
 */
export function toCorruptError(path: string, cause: Error): StoreOpenError {
  return new StoreOpenError("the file is damaged or not a database", {
    code: "store_corrupt",
    path,
    cause,
    hint: "Restore a copy of the file, or move it away to begin with an empty store",
  });
}

function fromFileError(error: unknown, path: string): unknown {
  if (error instanceof Deno.errors.NotFound) {
    return unreadable("its directory does not exist", path, error);
  }
  if (isDenied(error)) return unreadable("this user may not write it", path, error);
  return error instanceof Error ? unreadable("the file cannot be opened", path, error) : error;
}

function isDenied(error: unknown): error is Error {
  if (error instanceof Deno.errors.PermissionDenied) return true;
  if (error instanceof Deno.errors.NotCapable) return true;
  return error instanceof Error && "code" in error &&
    (error.code === "EACCES" || error.code === "EPERM" || error.code === "EROFS");
}

function unreadable(reason: string, path: string, cause: Error): StoreOpenError {
  return new StoreOpenError(reason, {
    code: "store_unreadable",
    path,
    cause,
    hint: "Check that the directory and the file are there and that this user may write them",
  });
}

function isSqliteError(error: unknown): error is Error & { readonly errcode?: unknown } {
  return error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
}

function sqliteCodeOf(error: Error & { readonly errcode?: unknown }): number | undefined {
  // The low byte is the primary code; the rest says more about it.
  if (typeof error.errcode === "number") return error.errcode & 0xff;
  return CODES_BY_TEXT.find(([text]) => error.message.includes(text))?.[1];
}
