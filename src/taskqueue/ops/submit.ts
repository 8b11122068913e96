import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import type { LocalSubmitTask } from "../local/local_task_queue.ts";
import { millisecondsOf, numberOf, textOf, toNames, toObject, toText } from "../protocol/coerce.ts";
import type { Op } from "./op.ts";

const DEFAULT_TYPE = "text-generation";
const DEFAULT_PRIORITY = 5;
const MAX_ATTEMPTS = 1_000;

/** Adds a task. Python peers give some members inside of the payload. */
export const submit: Op<LocalSubmitTask> = {
  names: ["submit"],
  role: "submit",

  parse: parseSubmission,

  async run(request, { queue }): Promise<JsonObject> {
    const { taskId, created } = await queue.submit(request);
    return { "task_id": taskId, created: created ?? null };
  },
};

/**
 * The members of a submission.
 *
 * @throws {InvalidRequestError} If one makes no sense.
 */
export function parseSubmission(message: JsonObject): LocalSubmitTask {
  const payload = toObject(message["payload"], "payload");
  return {
    type: textOf(message, "task_type") || DEFAULT_TYPE,
    model: textOf(message, "model_name"),
    payload,
    priority: numberOf(message, "priority") ?? toPriority(payload["priority"]),
    maxAttempts: attemptsOf(message),
    delayMs: millisecondsOf(message, "delay_s"),
    notBeforeMs: millisecondsOf(message, "not_before"),
    deadlineMs: millisecondsOf(message, "deadline_s"),
    idempotencyKey: textIn(message, payload, ["idempotency_key"]),
    taskId: textOf(message, "task_id") || undefined,
    requires: toNames(message["requires"]),
    stickyWorker: textIn(message, payload, ["sticky_worker_id"]),
    session: textIn(message, payload, ["session_id", "session", "p2p_session"]),
  };
}

/** Python peers give these inside of the payload. */
function textIn(
  message: JsonObject,
  payload: JsonObject,
  names: readonly string[],
): string | undefined {
  return textOf(message, ...names) || textOf(payload, ...names) || undefined;
}

/** What is no number from 1 to 10 is brought to one, as Python does. */
function toPriority(value: JsonValue | undefined): number {
  const number = Math.trunc(Number(toText(value)));
  return Number.isFinite(number) && number !== 0
    ? Math.min(10, Math.max(1, number))
    : DEFAULT_PRIORITY;
}

/** Python's 0 means no limit. */
function attemptsOf(message: JsonObject): number | undefined {
  const attempts = numberOf(message, "max_attempts");
  return attempts === 0 ? MAX_ATTEMPTS : attempts;
}
