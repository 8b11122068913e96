import { abortable, type Clock, moveOnAfter } from "../../concurrency/mod.ts";

/** How a file is watched. */
export interface WatchFileOptions {
  /** Looks at the file. Runs once at the start, and then whenever the file may have changed. */
  readonly look: () => Promise<void>;
  /** It is looked at so often even if no change was noticed, in milliseconds. @default {2000} */
  readonly pollMs?: number | undefined;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
}

const DEFAULT_POLL_MS = 2_000;

/**
 * Look at a file whenever it is replaced, by whichever process.
 *
 * The file is watched, not its directory: a directory with a database has an event for each write to
 * that. As a file that was replaced is another one, the watch is set anew before each look, so that
 * no change falls between. File systems that tell nothing are polled.
 *
 * @param path The file; it need not be there.
 * @param options What to do.
 * @returns A promise that resolves when the signal aborts.
 */
export async function watchFile(path: string, options: WatchFileOptions): Promise<void> {
  const { look, pollMs = DEFAULT_POLL_MS, clock, signal } = options;
  while (!signal.aborted) {
    using watcher = tryWatch(path);
    await look();
    const change = waitForChange(watcher);
    try {
      await moveOnAfter(pollMs, (limit) => abortable(change, limit), { clock, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** A watch that fails never sees a change. */
async function waitForChange(watcher: Deno.FsWatcher | undefined): Promise<void> {
  const never = Promise.withResolvers<void>().promise;
  try {
    for await (const { kind } of watcher ?? []) {
      // Looking at the file is an event too.
      if (kind !== "access") return;
    }
    return await never;
  } catch {
    return await never;
  }
}

/** A file that is not there, or a system that watches no more files, leaves polling. */
function tryWatch(path: string): Deno.FsWatcher | undefined {
  try {
    return Deno.watchFs(path, { recursive: false });
  } catch {
    return undefined;
  }
}
