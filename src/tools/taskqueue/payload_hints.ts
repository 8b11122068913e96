import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import type { SubmitTask } from "../../taskqueue/mod.ts";

/** What a payload may say about its own task. */
export type PayloadHints = Pick<
  SubmitTask,
  "priority" | "idempotencyKey" | "stickyWorker" | "session"
>;

/**
 * What a payload says about its task: agents written for the Python queue put it there.
 *
 * @param payload The payload.
 * @returns What it says; a priority that is out of range is brought into it.
 */
export function readPayloadHints(payload: JsonObject): PayloadHints {
  return {
    priority: toPriority(payload["priority"]),
    idempotencyKey: textOf(payload, "idempotency_key"),
    stickyWorker: textOf(payload, "sticky_worker_id"),
    session: textOf(payload, "session_id", "session", "p2p_session"),
  };
}

function toPriority(value: JsonValue | undefined): number | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const number = Math.trunc(Number(value));
  return Number.isFinite(number) && number !== 0 ? Math.min(10, Math.max(1, number)) : undefined;
}

function textOf(payload: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = payload[name];
    if (typeof value !== "string" && typeof value !== "number") continue;
    const text = String(value).trim();
    if (text !== "") return text;
  }
  return undefined;
}
