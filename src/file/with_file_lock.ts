import { dirname } from "node:path";

/** How a lock is waited for. */
export interface FileLockOptions {
  /** Fails with `Deno.errors.TimedOut` when others have held the lock for so long. @default {10000} */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 2;
const MAX_PAUSE_MS = 50;

/**
 * Do something while no other holder of the same lock does, in this process or in another one.
 *
 * The lock is the operating system's: it ends with the process, however that ends. It is on a file of
 * its own beside the one that it guards, named like that with `.lock` behind, which stays: the
 * guarded file itself is replaced when it is written, and a lock on it would be on the old one. The
 * lock is not for entering twice.
 *
 * @param path The file that is guarded.
 * @param fn What to do meanwhile.
 * @param options How long to wait.
 * @returns What `fn` returns.
 */
export async function withFileLock<T>(
  path: string,
  fn: () => Promise<T> | T,
  options: FileLockOptions = {},
): Promise<T> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  using file = await Deno.open(`${path}.lock`, {
    read: true,
    write: true,
    create: true,
    mode: 0o600,
  });
  await lock(file, { path, timeoutMs });
  try {
    return await fn();
  } finally {
    await file.unlock();
  }
}

/** `FsFile.lock` would keep a thread of the runtime, and could not be given up. */
async function lock(
  file: Deno.FsFile,
  { path, timeoutMs }: { readonly path: string; readonly timeoutMs: number },
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; !await file.tryLock(true);) {
    if (performance.now() >= endMs) {
      throw new Deno.errors.TimedOut(`Another process holds the lock of file "${path}"`);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    pauseMs = Math.min(MAX_PAUSE_MS, 2 * pauseMs);
  }
}
