import { join } from "node:path";
import { AppError, toErrorMessage } from "../error/mod.ts";

/** The one directory that a node writes to, locked for this process. */
export interface DataDir extends AsyncDisposable {
  /** Absolute path of the directory. */
  readonly path: string;
  /** Where the queue's database is. */
  readonly databasePath: string;
  /** Where the shared cache's database is. */
  readonly cachePath: string;
  /** Where the database of the MCP sessions is. */
  readonly sessionsPath: string;
  /** Where the node's private key is. */
  readonly identityPath: string;
  /** Where the private key is under which the owner's own worker and commands come to the node. */
  readonly ownerIdentityPath: string;
  /** Where the list of trusted peers is. */
  readonly trustPath: string;
  /** Where the invitations are. */
  readonly invitesPath: string;
}

/** The data directory cannot be used. */
export class DataDirError extends AppError {
  /** `DataDirError`. */
  override readonly name = "DataDirError";
  /** `data_dir_locked` or `data_dir_unusable`. */
  readonly code: "data_dir_locked" | "data_dir_unusable";

  /**
   * Makes the error.
   *
   * @param message What is wrong with which directory.
   * @param options The code, what to do, and the cause.
   */
  constructor(
    message: string,
    options: { code: DataDirError["code"]; hint: string; cause?: unknown },
  ) {
    super(message, options);
    this.code = options.code;
  }
}

/** Where a worker has its own data directory, in that of the node. */
export const WORKER_DIR = "worker";

const OWNER_ONLY_DIR = 0o700;
const OWNER_ONLY_FILE = 0o600;

/**
 * Create the directory if needed (mode 0700) and lock it, so that two nodes never share one.
 *
 * The lock is the operating system's and ends with the process, however that ends.
 *
 * @param path The directory.
 * @returns Its paths; disposing it ends the lock.
 * @throws {DataDirError} If another process uses it, or it cannot be written.
 */
export async function openDataDir(path: string): Promise<DataDir> {
  const lockFile = await openLockFile(path);
  try {
    if (!await lockFile.tryLock(true)) throw locked(path, await readHolder(path));
    await lockFile.truncate(0);
    await lockFile.write(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch (error) {
    lockFile.close();
    throw error instanceof DataDirError ? error : unusable(path, error);
  }
  return {
    path,
    ...listDataPaths(path),
    [Symbol.asyncDispose]: async () => {
      await lockFile.unlock();
      lockFile.close();
    },
  };
}

/**
 * Where things are in a data directory; also for those that use it while a node has it.
 *
 * @param path The directory.
 * @returns The paths.
 */
export function listDataPaths(path: string): Omit<DataDir, "path" | typeof Symbol.asyncDispose> {
  return {
    databasePath: join(path, "queue.sqlite"),
    cachePath: join(path, "cache.sqlite"),
    sessionsPath: join(path, "sessions.sqlite"),
    identityPath: join(path, "identity.key"),
    ownerIdentityPath: join(path, WORKER_DIR, "identity.key"),
    trustPath: join(path, "trust.json"),
    invitesPath: join(path, "invites.json"),
  };
}

async function openLockFile(path: string): Promise<Deno.FsFile> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: OWNER_ONLY_DIR });
    const file = await Deno.open(lockPath(path), {
      read: true,
      write: true,
      create: true,
      mode: OWNER_ONLY_FILE,
    });
    return file;
  } catch (error) {
    throw unusable(path, error);
  }
}

function lockPath(path: string): string {
  return join(path, "lock");
}

/** Process id of who holds the lock, for the message. */
async function readHolder(path: string): Promise<string> {
  try {
    return (await Deno.readTextFile(lockPath(path))).trim() || "unknown";
  } catch (error) {
    // Only the message loses a detail.
    return `unknown (${toErrorMessage(error)})`;
  }
}

function locked(path: string, holder: string): DataDirError {
  return new DataDirError(
    `Cannot use data directory as another process has it: directory "${path}", process ${holder}`,
    { code: "data_dir_locked", hint: "Stop that process, or give this one its own --data-dir" },
  );
}

function unusable(path: string, cause: unknown): DataDirError {
  return new DataDirError(
    `Cannot use data directory as it cannot be written: directory "${path}", ${
      toErrorMessage(cause)
    }`,
    {
      code: "data_dir_unusable",
      hint: "Make it a directory that you may write to, or choose another with --data-dir",
      cause,
    },
  );
}
