import { randomBytes } from "node:crypto";
import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import { Checks } from "../checks.ts";
import type { ClaimWork, FinishWork, SubmitTask } from "../task_queue.ts";

/** A member of a request, if it has a value. */
export function present(name: string, value: JsonValue | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}

/** The members that name a lease. Python peers gave no token. */
export function leaseOf(taskId: string, token: string): JsonObject {
  return token === "" ? { "task_id": taskId } : { "task_id": taskId, "lease_token": token };
}

/**
 * A submission. It always has an idempotency key, so that it can be sent again.
 *
 * @throws {InvalidTaskError} If it has no type: a peer would take that for its default one.
 */
export function toSubmitRequest(input: SubmitTask): JsonObject {
  return {
    op: "submit",
    "task_type": new Checks("submit task").name("type", input.type),
    "model_name": input.model ?? "",
    payload: input.payload,
    ...present("priority", input.priority),
    ...present("max_attempts", input.maxAttempts),
    ...present("delay_s", toSeconds(input.delayMs)),
    ...present("deadline_s", toSeconds(input.deadlineMs)),
    "idempotency_key": input.idempotencyKey ?? randomBytes(16).toString("hex"),
  };
}

/** A claim, of one task or of several. */
export function toClaimRequest(op: "claim" | "claim_many", input: ClaimWork): JsonObject {
  const { worker, types, limit = 1, waitMs = 0 } = input;
  return {
    op,
    "worker_id": worker,
    "supported_task_types": types,
    "wait_s": waitMs / 1_000,
    lease: true,
    ...(op === "claim_many" ? { "max_tasks": limit, "same_task_type": false } : {}),
  };
}

/** A report of an attempt's end. */
export function toFinishRequest({ taskId, token, outcome }: FinishWork): JsonObject {
  const failure = outcome.status === "failed" ? outcome : undefined;
  return {
    op: "complete",
    ...leaseOf(taskId, token),
    status: outcome.status,
    result: outcome.result ?? null,
    error: failure?.error.message ?? null,
    ...present("error_code", failure?.error.code),
    ...present("retryable", failure?.retryable),
  };
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}
