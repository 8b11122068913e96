import { z } from "zod";
import type { WireTask } from "../../taskqueue/mod.ts";

/** Schema of a task in results: the members of the task queue protocol. */
export const taskSchema: z.ZodType<WireTask> = z.looseObject({
  "task_id": z.string(),
  "task_type": z.string(),
  "model_name": z.string(),
  status: z.enum(["queued", "running", "completed", "failed", "cancelled"]),
  result: z.looseObject({}).nullable(),
  error: z.string().nullable(),
}) as unknown as z.ZodType<WireTask>;

/**
 * One short text about a task.
 *
 * @param task The task, or `null` if there is none.
 * @returns A line for people and models that see no structured content.
 */
export function summarizeTask(task: WireTask | null): string {
  if (task === null) return "No such task";
  const head = `Task ${task["task_id"]} (${task["task_type"]}) is ${task.status}`;
  if (task.status === "completed") return `${head}: ${JSON.stringify(task.result)}`;
  return task.error === null ? head : `${head}: ${task.error}`;
}
