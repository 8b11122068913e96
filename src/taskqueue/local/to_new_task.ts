import { randomBytes } from "node:crypto";
import type { NewTask } from "../../store/mod.ts";
import type { Affinity } from "../../task/mod.ts";
import { Checks } from "../checks.ts";
import type { TaskQueueLimits } from "../limits.ts";
import type { LocalSubmitTask } from "./local_task_queue.ts";

/** What a submission is completed with. */
export interface NewTaskOptions {
  readonly nowMs: number;
  readonly limits: TaskQueueLimits;
}

const MAX_ID_LENGTH = 128;
const MAX_TAGS = 16;
const MAX_TAG_LENGTH = 64;

/**
 * Check a submission and fill in what it leaves out.
 *
 * @throws {InvalidTaskError} If it makes no sense.
 */
export function toNewTask(input: LocalSubmitTask, options: NewTaskOptions): NewTask {
  const { nowMs, limits } = options;
  const { model = "", priority = 5, deadlineMs, taskId, idempotencyKey } = input;
  const { maxAttempts = limits.maxAttempts, requires = [] } = input;
  const check = new Checks("submit task");
  const notBeforeMs = startOf(input, check, nowMs);
  return {
    id: taskId === undefined ? createTaskId(nowMs) : check.name("taskId", taskId, MAX_ID_LENGTH),
    isIdChosen: taskId !== undefined,
    type: check.name("type", input.type),
    model: check.text("model", model),
    payload: check.json("payload", input.payload, limits.maxPayloadBytes),
    priority: check.integer("priority", priority, { min: 1, max: 10 }),
    maxAttempts: check.integer("maxAttempts", maxAttempts, { min: 1, max: 1_000 }),
    nowMs,
    notBeforeMs,
    deadlineAtMs: deadlineMs === undefined
      ? null
      : nowMs + check.duration("deadlineMs", deadlineMs),
    idempotencyKey: idempotencyKey === undefined
      ? null
      : check.name("idempotencyKey", idempotencyKey),
    requires: check.names("requires", requires, { max: MAX_TAGS, maxLength: MAX_TAG_LENGTH }),
    affinity: affinityOf(input, check, notBeforeMs + limits.affinityMs),
  };
}

function startOf(input: LocalSubmitTask, check: Checks, nowMs: number): number {
  const { delayMs, notBeforeMs = nowMs } = input;
  if (delayMs !== undefined) return nowMs + check.duration("delayMs", delayMs);
  return nowMs + check.duration("notBeforeMs", Math.max(0, notBeforeMs - nowMs));
}

function affinityOf(input: LocalSubmitTask, check: Checks, untilMs: number): Affinity | null {
  const { stickyWorker, session } = input;
  if (stickyWorker === undefined && session === undefined) return null;
  return {
    worker: stickyWorker === undefined ? null : check.name("stickyWorker", stickyWorker),
    session: session === undefined ? null : check.name("session", session),
    untilMs,
  };
}

/** Begins with the time, so that new ids are neighbours in the store's index. */
function createTaskId(nowMs: number): string {
  return nowMs.toString(16).padStart(12, "0").slice(-12) + randomBytes(10).toString("hex");
}
