import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import { millisecondsOf, numberOf, textOf, toObject, toText } from "../protocol/coerce.ts";
import type { SubmitTask } from "../task_queue.ts";
import type { Op } from "./op.ts";

const DEFAULT_TYPE = "text-generation";
const DEFAULT_PRIORITY = 5;
const MAX_ATTEMPTS = 1_000;

/** Adds a task. Python peers give priority and idempotency key as members of the payload. */
export const submit: Op<SubmitTask> = {
  names: ["submit"],

  parse(message) {
    const payload = toObject(message["payload"], "payload");
    return {
      type: textOf(message, "task_type") || DEFAULT_TYPE,
      model: textOf(message, "model_name"),
      payload,
      priority: numberOf(message, "priority") ?? toPriority(payload["priority"]),
      maxAttempts: attemptsOf(message),
      delayMs: millisecondsOf(message, "delay_s"),
      deadlineMs: millisecondsOf(message, "deadline_s"),
      idempotencyKey: textOf(message, "idempotency_key") || toText(payload["idempotency_key"]) ||
        undefined,
    };
  },

  async run(queue, request, { signal }): Promise<JsonObject> {
    const { taskId, created } = await queue.submit(request, { signal });
    return { "task_id": taskId, created: created ?? null };
  },
};

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
