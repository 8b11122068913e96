import { z } from "zod";
import type { JsonObject, JsonValue } from "../../codec/mod.ts";

const object: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const optionalText = z.string().nullable().default(null);

/** What commands read of a task; a server may say more, or less. */
export const shownTaskSchema = z.object({
  "task_id": z.string(),
  "task_type": z.string(),
  "model_name": z.string().nullable().default(""),
  status: z.string(),
  priority: z.number().nullable().default(null),
  attempt: z.number().nullable().default(null),
  "max_attempts": z.number().nullable().default(null),
  "created_at": z.number().default(0),
  "updated_at": z.number().default(0),
  "log_count": z.number().nullable().default(null),
  "assigned_worker": optionalText,
  payload: object.nullable().default(null),
  progress: object.nullable().default(null),
  result: object.nullable().default(null),
  error: optionalText,
  "error_code": optionalText,
});

/** A task as commands show it. */
export type ShownTask = z.infer<typeof shownTaskSchema>;

/** States that a task never leaves. */
const FINAL_STATES: readonly string[] = ["completed", "failed", "cancelled"];

/**
 * Read the task in a result.
 *
 * @param content What a tool returned; its member `task` is the task or `null`.
 * @returns The task; `undefined` if there is none.
 * @throws {z.ZodError} If it is something else.
 */
export function readTask(content: JsonValue | undefined): ShownTask | undefined {
  return z.looseObject({ task: shownTaskSchema.nullable().default(null) }).parse(content).task ??
    undefined;
}

/**
 * Whether a task never changes again.
 *
 * @param task The task.
 * @returns `true` once it has completed, failed or been cancelled.
 */
export function isFinal(task: ShownTask): boolean {
  return FINAL_STATES.includes(task.status);
}
