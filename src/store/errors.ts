import { AppError, type AppErrorOptions, toErrorMessage } from "../error/mod.ts";

/** Why a store could not be opened. */
export type StoreOpenErrorCode =
  /** The file is damaged, or no database at all. */
  | "store_corrupt"
  /** Another process holds it. */
  | "store_locked"
  /** It is not there, not permitted, read-only, or belongs to another program. */
  | "store_unreadable"
  /** A later release of mcpp wrote it. */
  | "store_newer_schema";

/** A store cannot be opened; `hint` says what to do. */
export class StoreOpenError extends AppError {
  /** The class. */
  override readonly name = "StoreOpenError";
  /** Stable, one for each cause. */
  readonly code: StoreOpenErrorCode;
  /** The file. */
  readonly path: string;

  /**
   * Make the error.
   *
   * @param reason Why, to go into the message after `as`.
   * @param options Code, path, hint and cause.
   */
  constructor(reason: string, options: StoreOpenErrorOptions) {
    super(`Cannot open store as ${reason}: path "${options.path}"`, options);
    this.code = options.code;
    this.path = options.path;
  }
}

/** The parts of a {@linkcode StoreOpenError}. */
export interface StoreOpenErrorOptions extends AppErrorOptions {
  /** Stable code. */
  readonly code: StoreOpenErrorCode;
  /** The file. */
  readonly path: string;
}

/** Another process kept the store locked for too long. Nothing was changed: try again. */
export class StoreBusyError extends AppError {
  /** The class. */
  override readonly name = "StoreBusyError";
  /** `store_busy`. */
  readonly code = "store_busy";

  /**
   * Make the error.
   *
   * @param path The file.
   * @param options The cause.
   */
  constructor(path: string, options: AppErrorOptions = {}) {
    super(`Cannot use store as another process keeps it locked: path "${path}"`, options);
  }
}

/** There is no room left for the change. Nothing was changed. */
export class StoreFullError extends AppError {
  /** The class. */
  override readonly name = "StoreFullError";
  /** `store_full`. */
  readonly code = "store_full";

  /**
   * Make the error.
   *
   * @param path The file.
   * @param options The cause.
   */
  constructor(path: string, options: AppErrorOptions = {}) {
    super(`Cannot save change as the disk or the store's size limit is full: path "${path}"`, {
      hint: "Free disk space, raise the size limit, or shorten how long final tasks are kept",
      ...options,
    });
  }
}

/** The store was closed before the operation was done. Nothing was changed. */
export class StoreClosedError extends AppError {
  /** The class. */
  override readonly name = "StoreClosedError";
  /** `store_closed`. */
  readonly code = "store_closed";

  /**
   * Make the error.
   *
   * @param path The file, or what else names the store.
   */
  constructor(path: string) {
    super(`Cannot use store as it is closed: path "${path}"`);
  }
}

/** The storage engine failed in a way that a caller cannot mend, such as an I/O error. */
export class StoreFailedError extends AppError {
  /** The class. */
  override readonly name = "StoreFailedError";
  /** `store_failed`. */
  readonly code = "store_failed";

  /**
   * Make the error.
   *
   * @param path The file.
   * @param options The cause.
   */
  constructor(path: string, options: AppErrorOptions = {}) {
    const reason = options.cause === undefined ? "" : ` (${toErrorMessage(options.cause)})`;
    super(`Cannot use store as its storage engine failed${reason}: path "${path}"`, {
      hint: "Check the disk, then the file with SQLite's integrity_check",
      ...options,
    });
  }
}
