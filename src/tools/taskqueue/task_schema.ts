import { z } from "zod";
import type { WireTask } from "../../taskqueue/mod.ts";
import { type Fallbacks, fallbacks } from "./ask_queue.ts";

/** Schema of a task in results: the members of the task queue protocol. */
export const taskSchema: z.ZodType<WireTask> = z.lazy(() =>
  z.looseObject({
    "task_id": z.string(),
    "task_type": z.string(),
    "model_name": z.string(),
    status: z.enum(["queued", "running", "completed", "failed", "cancelled"]),
    result: z.looseObject({}).nullable(),
    error: z.string().nullable(),
  }) as unknown as z.ZodType<WireTask>
);

/** A change of one task. */
export interface TaskChange extends Fallbacks {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** The task. */
  readonly "task_id": string;
  /** Node whose queue has it. */
  readonly "peer_id": string;
  /** The task as it is now. */
  readonly task: WireTask;
}

/** Schema of {@linkcode TaskChange}. */
export const taskChangeSchema: z.ZodType<TaskChange> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    "task_id": z.string(),
    "peer_id": z.string().describe("Node whose queue has the task."),
    task: taskSchema,
    fallbacks,
  })
);

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
