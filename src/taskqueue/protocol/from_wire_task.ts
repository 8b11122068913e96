import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import type { z } from "zod";
import { wireTaskSchema } from "./wire_task.ts";

/** A lease is taken to last this long if the peer does not say: what Python peers give. */
const FOREIGN_LEASE_MS = 300_000;

/**
 * A task that a peer sent. What a Python peer does not know is filled in. A lease has an empty token
 * unless the task comes from a claim.
 *
 * @param value The member of a reply.
 * @returns The task, or `undefined` if the value is no task.
 */
export function fromWireTask(value: JsonValue | undefined): Task | undefined {
  const { success, data } = wireTaskSchema.safeParse(value);
  if (!success) return undefined;
  const updatedAtMs = toMs(data.updated_at ?? data.created_at);
  return {
    id: data.task_id,
    type: data.task_type,
    model: data.model_name ?? "",
    payload: data.payload ?? {},
    status: data.status,
    priority: data.priority,
    attempt: data.attempt ?? (data.status === "queued" ? 0 : 1),
    maxAttempts: data.max_attempts,
    createdAtMs: toMs(data.created_at),
    updatedAtMs,
    notBeforeMs: toMs(data.next_attempt_at ?? data.created_at),
    deadlineAtMs: data.deadline_at === null ? null : toMs(data.deadline_at),
    lease: leaseOf(data, updatedAtMs),
    assignedWorker: data.assigned_worker,
    progress: data.progress,
    result: resultOf(data.result as JsonValue | undefined),
    error: errorOf(data),
    failures: data.failures.map(({ at, ...failure }) => ({ ...failure, atMs: toMs(at) })),
    idempotencyKey: data.idempotency_key,
  };
}

type ParsedTask = z.infer<typeof wireTaskSchema>;

function leaseOf(data: ParsedTask, updatedAtMs: number): Task["lease"] {
  if (data.status !== "running") return null;
  return {
    worker: data.assigned_worker ?? "",
    token: data.lease_token,
    untilMs: data.lease_until === null ? updatedAtMs + FOREIGN_LEASE_MS : toMs(data.lease_until),
  };
}

function resultOf(value: JsonValue | undefined): JsonObject | null {
  if (value === undefined || value === null) return null;
  return isJsonObject(value) ? value : { result: value };
}

function errorOf(data: ParsedTask): Task["error"] {
  const isFinal = data.status === "failed" || data.status === "cancelled";
  if (data.error === null && !isFinal) return null;
  return { code: data.error_code ?? data.status, message: data.error ?? "" };
}

function toMs(seconds: number): number {
  return Math.round(seconds * 1_000);
}
