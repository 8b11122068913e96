import type { JsonObject } from "../../codec/mod.ts";
import { AppError } from "../../error/mod.ts";
import { IdempotencyConflictError, InvalidTransitionError } from "../../task/mod.ts";
import { InvalidRequestError } from "./errors.ts";

/** Codes that a peer may see together with their text: nothing in it is of the node's inner life. */
const PUBLIC_CODES: ReadonlySet<string> = new Set([
  "cache_change_invalid",
  "cache_hash_mismatch",
  "cache_key_invalid",
  "cache_ttl_invalid",
  "cache_value_invalid",
  "cache_value_too_large",
  "cache_version_ahead",
  "forbidden",
  "frame_too_large",
  "idempotency_conflict",
  "invalid_json",
  "invalid_task",
  "invalid_transition",
  "lease_lost",
  "task_not_found",
  "too_many_waiters",
  "unauthorized",
]);

/** Codes that a peer may see, with another text: that of the error names files. */
const MASKED_CODES: ReadonlyMap<string, string> = new Map([
  ["store_busy", "The queue is busy; try again"],
  ["store_full", "The queue has no room left"],
  ["store_closed", "The node is shutting down"],
]);

/**
 * What a peer is told of an error. Whatever it has no business to know is an `internal_error`.
 *
 * @param error Whatever an operation threw.
 * @returns The reply, without `peer_id`.
 */
export function toErrorReply(error: unknown): JsonObject {
  if (!(error instanceof AppError)) return { ok: false, error: "internal_error" };
  const { code, message } = error;
  const masked = MASKED_CODES.get(code);
  if (masked !== undefined) return { ok: false, error: code, message: masked };
  if (!PUBLIC_CODES.has(code) && !(error instanceof InvalidRequestError)) {
    return { ok: false, error: "internal_error" };
  }
  return { ok: false, error: code, message, ...membersOf(error) };
}

/** What the other side needs to make the same error again. */
function membersOf(error: AppError): JsonObject {
  if (error instanceof InvalidTransitionError) return { from: error.from, to: error.to };
  if (error instanceof IdempotencyConflictError) return { "task_id": error.taskId };
  return {};
}
