import { z } from "zod";
import type { JsonObject } from "../../../codec/mod.ts";
import { systemClock } from "../../../concurrency/mod.ts";
import { callAndPrint } from "../../call_and_print.ts";
import type { ClientCommandOptions } from "../../client_options.ts";
import { formatAge } from "../../format_age.ts";
import { formatTable } from "../../format_table.ts";
import type { ClientCommandInput } from "../../with_client.ts";
import { type ShownTask, shownTaskSchema } from "../shown_task.ts";

/** The options of `mcpp tasks list`. */
export interface ListOptions extends ClientCommandOptions {
  readonly status?: string;
  readonly type?: readonly string[];
  readonly limit?: number;
  readonly after?: string;
}

const pageSchema = z.looseObject({
  tasks: z.array(shownTaskSchema),
  "next_after": z.string().optional(),
});

const HEAD = ["TASK", "TYPE", "STATE", "PRIORITY", "ATTEMPT", "AGE", "WORKER", "ERROR"];

/**
 * Print a page of tasks.
 *
 * @param input Which tasks, and whose.
 * @returns The exit code.
 */
export async function listTasks(input: ClientCommandInput<ListOptions>): Promise<number> {
  const { status, type, limit, after } = input.options;
  return await callAndPrint(input, {
    tool: "p2p_taskqueue_list_tasks",
    args: {
      ...(status !== undefined && { status }),
      ...(type !== undefined && { "task_types": type }),
      ...(limit !== undefined && { limit }),
      ...(after !== undefined && { "after_task_id": after }),
    },
    toText: (result) => toTable(result, systemClock.now()),
  });
}

function toTable(result: JsonObject, nowMs: number): string {
  const page = pageSchema.parse(result);
  const next = page["next_after"];
  if (page.tasks.length === 0) return "No tasks";
  const table = formatTable(HEAD, page.tasks.map((task) => toCells(task, nowMs)));
  return next === undefined ? table : `${table}\nMore: --after ${next}`;
}

function toCells(task: ShownTask, nowMs: number): readonly string[] {
  return [
    task["task_id"],
    task["task_type"],
    task.status,
    String(task.priority ?? ""),
    String(task.attempt ?? ""),
    formatAge(task["created_at"], nowMs),
    task["assigned_worker"] ?? "",
    task.error ?? "",
  ];
}
