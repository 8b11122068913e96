import { randomBytes } from "node:crypto";
import type { NewTask } from "../../store/mod.ts";
import type { SubmitTask } from "../task_queue.ts";
import { Checks } from "../checks.ts";

/** What a submission is completed with. */
export interface NewTaskOptions {
  readonly nowMs: number;
  readonly maxPayloadBytes: number;
  /** For a task that does not say how often it is tried. */
  readonly maxAttempts: number;
}

/**
 * Check a submission and fill in what it leaves out.
 *
 * @throws {InvalidTaskError} If it makes no sense.
 */
export function toNewTask(input: SubmitTask, options: NewTaskOptions): NewTask {
  const { nowMs, maxPayloadBytes } = options;
  const { model = "", priority = 5, delayMs = 0, deadlineMs } = input;
  const { maxAttempts = options.maxAttempts } = input;
  const { idempotencyKey } = input;
  const check = new Checks("submit task");
  return {
    id: randomBytes(16).toString("hex"),
    type: check.name("type", input.type),
    model: check.text("model", model),
    payload: check.json("payload", input.payload, maxPayloadBytes),
    priority: check.integer("priority", priority, { min: 1, max: 10 }),
    maxAttempts: check.integer("maxAttempts", maxAttempts, { min: 1, max: 1_000 }),
    nowMs,
    notBeforeMs: nowMs + check.duration("delayMs", delayMs),
    deadlineAtMs: deadlineMs === undefined
      ? null
      : nowMs + check.duration("deadlineMs", deadlineMs),
    idempotencyKey: idempotencyKey === undefined
      ? null
      : check.name("idempotencyKey", idempotencyKey),
  };
}
