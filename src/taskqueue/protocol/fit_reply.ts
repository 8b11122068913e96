import { type JsonValue, toJson } from "../../codec/mod.ts";
import { MAX_REPLY_BYTES } from "./constants.ts";
import type { WireTask } from "./wire_task.ts";

const encoder = new TextEncoder();

/** How long a value is as JSON in UTF-8. */
export function replyBytes(value: JsonValue): number {
  return encoder.encode(toJson(value)).length;
}

/**
 * A task that fits into a reply. What is left out, history first and result last, is named in its
 * `omitted` member.
 *
 * @param task The task.
 * @param keep Members that are not left out, such as the payload for a worker.
 */
export function fitTask(task: WireTask, keep: readonly string[] = []): WireTask {
  const budget = MAX_REPLY_BYTES - 2_000;
  let fitting = task;
  const omitted: string[] = [];
  for (const [member, empty] of [["failures", []], ["progress", null], ["payload", {}]] as const) {
    if (replyBytes(fitting) <= budget) break;
    if (keep.includes(member)) continue;
    omitted.push(member);
    fitting = { ...fitting, [member]: empty, omitted };
  }
  return fitting;
}

/** The first tasks of a list that fit into one reply; at least one. */
export function fitTasks(tasks: readonly WireTask[]): readonly WireTask[] {
  const fitting: WireTask[] = [];
  let bytes = 1_000;
  for (const task of tasks) {
    const fitted = fitTask(task);
    bytes += replyBytes(fitted) + 1;
    if (bytes > MAX_REPLY_BYTES && fitting.length > 0) break;
    fitting.push(fitted);
  }
  return fitting;
}
