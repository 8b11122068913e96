import type { JsonObject } from "../../codec/mod.ts";
import {
  IdempotencyConflictError,
  InvalidTransitionError,
  LeaseLostError,
  TaskNotFoundError,
} from "../../task/mod.ts";
import { RemoteError } from "../errors.ts";
import { toText } from "./coerce.ts";

/** Code of a refusal that has none: Python peers refuse reports without saying why. */
export const NO_ERROR_CODE = "unknown_error";

/** What was asked, and of whom. */
export interface AskedFor {
  readonly op: string;
  readonly peerId: string;
  readonly message: JsonObject;
}

/**
 * The error in a peer's reply. What a task or a lease is about becomes the task's own error, so that
 * a remote queue fails like the local one; all else is a {@linkcode RemoteError}.
 *
 * @param reply A reply whose `ok` is not `true`.
 * @param asked The request.
 * @returns The error, to be thrown.
 */
export function fromErrorReply(reply: JsonObject, asked: AskedFor): Error {
  const { op, peerId, message } = asked;
  const code = toText(reply["error"]) || NO_ERROR_CODE;
  const taskId = toText(message["task_id"]);
  switch (code) {
    case "task_not_found":
      return new TaskNotFoundError(taskId || toText(message["after_task_id"]));
    case "lease_lost":
      return new LeaseLostError(taskId);
    case "invalid_transition":
      return new InvalidTransitionError(taskId, toText(reply["from"]), toText(reply["to"]));
    case "idempotency_conflict":
      return new IdempotencyConflictError(
        toText(message["idempotency_key"]),
        toText(reply["task_id"]),
      );
    default:
      return new RemoteError({ code, op, peerId, remoteMessage: messageOf(reply) });
  }
}

/** Python peers say `detail`. */
function messageOf(reply: JsonObject): string {
  return toText(reply["message"]) || toText(reply["detail"]);
}
