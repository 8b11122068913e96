import type { TaskStatus } from "../task/mod.ts";
import type { TaskQueue } from "../taskqueue/mod.ts";

/** Those that people ask about first. */
const STATES: readonly TaskStatus[] = ["running", "queued", "failed", "completed", "cancelled"];

/** Tasks of each state that are looked at. */
const LOOKED_AT = 200;

/** A client shows no more. */
const ENOUGH = 100;

/**
 * Ids of tasks that begin with a text.
 *
 * @param queue Whose tasks.
 * @param value What the ids begin with.
 * @param signal Gives up.
 * @returns Some of them, tasks under way first.
 */
export async function completeTaskId(
  queue: TaskQueue,
  value: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const status of STATES) {
    const tasks = await queue.list({ status, limit: LOOKED_AT }, { signal });
    ids.push(...tasks.map(({ id }) => id).filter((id) => id.startsWith(value)));
    if (ids.length >= ENOUGH) break;
  }
  return ids;
}
