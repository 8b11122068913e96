import { toJson } from "../../codec/mod.ts";
import type { WireTask } from "../../taskqueue/mod.ts";

/** What a reply may hold, with room for what is around the tasks. */
const MAX_PAGE_BYTES = 1_000_000;

const encoder = new TextEncoder();

/**
 * The first tasks of a page that fit into one reply.
 *
 * @param tasks The page.
 * @returns Its beginning; at least one task.
 */
export function fitPage(tasks: readonly WireTask[]): readonly WireTask[] {
  let bytes = 0;
  const end = tasks.findIndex((task, index) => {
    bytes += encoder.encode(toJson(task)).length + 1;
    return bytes > MAX_PAGE_BYTES && index > 0;
  });
  return end === -1 ? tasks : tasks.slice(0, end);
}
