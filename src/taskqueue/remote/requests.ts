import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import { Checks } from "../checks.ts";
import type {
  ClaimWork,
  FinishWork,
  HeartbeatPeer,
  RenewWork,
  RetryWork,
  SubmitTask,
} from "../task_queue.ts";

/** A member of a request, if it has a value. */
export function present(name: string, value: JsonValue | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}

/** The members that name a lease. Python peers gave no token. */
export function leaseOf(taskId: string, token: string): JsonObject {
  return token === "" ? { "task_id": taskId } : { "task_id": taskId, "lease_token": token };
}

/**
 * A submission, without its `op`. It always has an idempotency key or an id of its own, so that it can
 * be sent again.
 *
 * @throws {InvalidTaskError} If it has no type: a peer would take that for its default one.
 */
export function toSubmission(input: SubmitTask): JsonObject {
  return {
    "task_type": new Checks("submit task").name("type", input.type),
    "model_name": input.model ?? "",
    payload: input.payload,
    ...present("priority", input.priority),
    ...present("max_attempts", input.maxAttempts),
    ...present("delay_s", toSeconds(input.delayMs)),
    ...present("deadline_s", toSeconds(input.deadlineMs)),
    ...present("task_id", input.taskId),
    ...present("requires", input.requires),
    ...present("sticky_worker_id", input.stickyWorker),
    ...present("session_id", input.session),
    ...present("idempotency_key", idempotencyKeyOf(input)),
  };
}

/** A key besides the id would make other work of a submission that its caller repeats. */
function idempotencyKeyOf({ idempotencyKey, taskId }: SubmitTask): string | undefined {
  return idempotencyKey ?? (taskId === undefined ? crypto.randomUUID() : undefined);
}

/** Whether a submission has members that Python peers look for in its payload. */
export function hasMembersInPayload(input: SubmitTask): boolean {
  return input.priority !== undefined || input.idempotencyKey !== undefined ||
    input.stickyWorker !== undefined || input.session !== undefined;
}

/** The submission with the members that Python peers look for in its payload, unless it has them. */
export function withMembersInPayload(submission: JsonObject, input: SubmitTask): JsonObject {
  return {
    ...submission,
    payload: {
      ...present("priority", input.priority),
      ...present("idempotency_key", input.idempotencyKey),
      ...present("sticky_worker_id", input.stickyWorker),
      ...present("session_id", input.session),
      ...input.payload,
    },
  };
}

/** A claim, of one task or of several. */
export function toClaimRequest(op: "claim" | "claim_many", input: ClaimWork): JsonObject {
  const { worker, types, limit = 1, waitMs = 0, isFenced = true } = input;
  return {
    op,
    "worker_id": worker,
    // An empty list means any type here.
    "supported_task_types": types === "any" ? [] : types,
    "wait_s": waitMs / 1_000,
    ...present("offers", input.offers),
    ...present("session_id", input.session),
    ...(isFenced ? { lease: true, ...present("lease_ms", input.leaseMs) } : {}),
    ...(op === "claim_many" ? { "max_tasks": limit, "same_task_type": false } : {}),
  };
}

/** A sign of life of a lease's holder. */
export function toRenewRequest({ taskId, token, progress, logs = [] }: RenewWork): JsonObject {
  return {
    op: "renew",
    ...leaseOf(taskId, token),
    ...present("progress", progress),
    ...(logs.length === 0
      ? {}
      : { logs: logs.map(({ stream, message }) => ({ stream, message })) }),
  };
}

/** A report of an attempt's end, without its `op`. */
export function toReport({ taskId, token, worker, outcome }: FinishWork): JsonObject {
  const failure = outcome.status === "failed" ? outcome : undefined;
  return {
    ...leaseOf(taskId, token),
    ...present("worker_id", worker),
    status: outcome.status,
    result: outcome.result ?? null,
    error: failure?.error.message ?? null,
    ...present("error_code", failure?.error.code),
    ...present("retryable", failure?.retryable),
  };
}

/** A wish to have a task done again. */
export function toRetryRequest({ taskId, deadlineMs }: RetryWork): JsonObject {
  return { op: "retry", "task_id": taskId, ...present("deadline_s", toSeconds(deadlineMs)) };
}

/** A sign of life of a peer. */
export function toHeartbeatRequest({ peerId = "", clock, lease }: HeartbeatPeer): JsonObject {
  return {
    op: "peer.heartbeat",
    ...(peerId === "" ? {} : { "peer_id": peerId }),
    ...present("clock", clock),
    ...present("worker_id", lease?.worker),
    ...present("lease_token", lease?.token),
    ...present("task_id", lease?.taskId),
  };
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}
