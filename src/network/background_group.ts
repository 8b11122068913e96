import { isCancellation, runTaskGroup, type TaskGroup, waitForAbort } from "../concurrency/mod.ts";
import type { Logger } from "../telemetry/mod.ts";

/** A task group that lives as long as a resource. */
export interface BackgroundGroup extends AsyncDisposable {
  readonly group: TaskGroup;
}

/**
 * Open a task group for the work that belongs to a resource rather than to a caller. Disposing it
 * cancels the work and waits for its end.
 *
 * @param name For messages and logs.
 * @param logger Where a failure is logged at once; it is thrown when the group is disposed.
 */
export async function openBackgroundGroup(
  name: string,
  logger: Logger | undefined,
): Promise<BackgroundGroup> {
  const opened = Promise.withResolvers<TaskGroup>();
  const closing = new AbortController();
  const running = runTaskGroup(async (group, signal) => {
    opened.resolve(group);
    await waitForAbort(signal);
  }, { name, signal: closing.signal });
  const ended = running.then(() => undefined, (error: unknown) => {
    if (isCancellation(error, closing.signal)) return undefined;
    logger?.error("Background work failed", { name, error });
    return error;
  });
  return {
    group: await opened.promise,
    async [Symbol.asyncDispose](): Promise<void> {
      closing.abort(new DOMException(`${name} is closed`, "AbortError"));
      const failure = await ended;
      if (failure !== undefined) throw failure;
    },
  };
}
