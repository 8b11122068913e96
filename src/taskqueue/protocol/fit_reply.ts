import type { JsonObject } from "../../codec/mod.ts";
import { isAtMost, jsonBytes } from "../json_size.ts";
import { MAX_REPLY_BYTES } from "./constants.ts";
import type { WireTask } from "./wire_task.ts";

/** Room for what a reply has besides tasks. */
const ENVELOPE_BYTES = 2_000;

/** What may be left out of a task, in this order, and what stands there instead. */
const LEAVABLE = [["failures", []], ["progress", null], ["payload", {}]] as const;

/** Options of {@linkcode fitTask}. */
export interface FitTaskOptions {
  /** A member that is not left out, such as the payload for a worker. @default {undefined} none */
  readonly keep?: "failures" | "progress" | "payload" | undefined;
  /** How long the task may be. @default {what a reply has room for} */
  readonly maxBytes?: number | undefined;
  /** A longer result is left out. @default {undefined} results never are */
  readonly maxResultBytes?: number | undefined;
}

/**
 * A task that fits into a reply. What is left out, history first and result last, is named in its
 * `omitted` member.
 *
 * @param task The task.
 * @param options What must stay.
 */
export function fitTask(task: WireTask, options: FitTaskOptions = {}): WireTask {
  const { keep, maxBytes = MAX_REPLY_BYTES - ENVELOPE_BYTES, maxResultBytes } = options;
  let fitting = task;
  if (maxResultBytes !== undefined && !isAtMost(task.result, maxResultBytes)) {
    fitting = { ...fitting, result: null, omitted: [...(task.omitted ?? []), "result"] };
  }
  for (const [member, empty] of LEAVABLE) {
    // Most tasks are far from the limit, which is seen without encoding them.
    if (isAtMost(fitting, maxBytes)) break;
    if (member === keep) continue;
    fitting = { ...fitting, [member]: empty, omitted: [...(fitting.omitted ?? []), member] };
  }
  return fitting;
}

/** The first tasks of a list that fit into one reply; at least one. */
export function fitTasks(tasks: readonly WireTask[]): readonly WireTask[] {
  if (isAtMost(tasks, MAX_REPLY_BYTES - ENVELOPE_BYTES)) return tasks;
  const budget = new ReplyBudget(MAX_REPLY_BYTES - ENVELOPE_BYTES);
  let count = 0;
  for (const task of tasks) {
    if (!budget.spend(task) && count > 0) break;
    count++;
  }
  return tasks.slice(0, count);
}

/** Results of a batch without the tasks for which a reply has no room. */
export function fitResults(results: readonly JsonObject[]): readonly JsonObject[] {
  if (isAtMost(results, MAX_REPLY_BYTES - ENVELOPE_BYTES)) return results;
  const receipts = results.map(({ task: _task, ...receipt }) => receipt);
  const budget = new ReplyBudget(MAX_REPLY_BYTES - ENVELOPE_BYTES - jsonBytes(receipts));
  return results.map((result, index) => {
    const { task } = result;
    return task === undefined || budget.spend(task) ? result : receipts[index] ?? result;
  });
}

/** How much of a reply is left. */
export class ReplyBudget {
  #left: number;

  /** @param bytes How much there is. */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  /**
   * Take a value in.
   *
   * @returns `false` if there is no room for it.
   */
  spend(value: Parameters<typeof jsonBytes>[0]): boolean {
    const bytes = jsonBytes(value) + 1;
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }
}
