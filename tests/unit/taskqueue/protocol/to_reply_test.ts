import assert from "node:assert/strict";
import { AppError } from "../../../../src/error/mod.ts";
import { FrameTooLargeError, InvalidJsonError } from "../../../../src/codec/mod.ts";
import {
  StoreBusyError,
  StoreClosedError,
  StoreFailedError,
  StoreFullError,
} from "../../../../src/store/mod.ts";
import {
  IdempotencyConflictError,
  InvalidTransitionError,
  LeaseLostError,
  TaskNotFoundError,
} from "../../../../src/task/mod.ts";
import {
  InvalidTaskError,
  RemoteError,
  TooManyWaitersError,
} from "../../../../src/taskqueue/mod.ts";
import { InvalidRequestError } from "../../../../src/taskqueue/protocol/errors.ts";
import { fromErrorReply } from "../../../../src/taskqueue/protocol/from_error_reply.ts";
import { toErrorReply } from "../../../../src/taskqueue/protocol/to_reply.ts";

class SecretError extends AppError {
  override readonly name = "SecretError";
  readonly code = "secret_code";
}

const CASES: readonly (readonly [error: unknown, code: string])[] = [
  [new TaskNotFoundError("t"), "task_not_found"],
  [new LeaseLostError("t"), "lease_lost"],
  [new InvalidTransitionError("t", "failed", "cancelled"), "invalid_transition"],
  [new IdempotencyConflictError("k", "t"), "idempotency_conflict"],
  [new InvalidTaskError("submit task", "its type is empty"), "invalid_task"],
  [new TooManyWaitersError(1), "too_many_waiters"],
  [new InvalidJsonError("it is not JSON"), "invalid_json"],
  [new FrameTooLargeError(2, 1), "frame_too_large"],
  [new InvalidRequestError("missing_task_id", "it has no task_id"), "missing_task_id"],
  [new StoreBusyError("/secret"), "store_busy"],
  [new StoreFullError("/secret"), "store_full"],
  [new StoreClosedError("/secret"), "store_closed"],
  [new StoreFailedError("/secret"), "internal_error"],
  [new SecretError("secret"), "internal_error"],
  [new TypeError("secret"), "internal_error"],
  ["secret", "internal_error"],
];

for (const [error, code] of CASES) {
  Deno.test(`toErrorReply makes ${code} of ${error instanceof Error ? error.name : error}`, () => {
    const reply = toErrorReply(error);
    assert.equal(reply["ok"], false);
    assert.equal(reply["error"], code);
    assert.doesNotMatch(JSON.stringify(reply), /secret/);
  });
}

const MESSAGE = { "task_id": "t", "idempotency_key": "k" };
const ASKED = { op: "cancel", peerId: "p", message: MESSAGE };

for (const [error] of CASES.slice(0, 4)) {
  assert.ok(error instanceof AppError);
  Deno.test(`fromErrorReply gives back the ${error.name}`, () => {
    const again = fromErrorReply(toErrorReply(error), ASKED);
    assert.equal(again.constructor, error.constructor);
    assert.equal(again.message, error.message);
  });
}

Deno.test("fromErrorReply makes a RemoteError of any other refusal", () => {
  const error = fromErrorReply({ ok: false, error: "unauthorized", message: "no" }, ASKED);
  assert.ok(error instanceof RemoteError);
  assert.equal(error.code, "unauthorized");
  assert.equal(error.op, "cancel");
  assert.equal(error.peerId, "p");
  assert.equal(error.remoteMessage, "no");
  assert.match(error.message, /peer "p", error "unauthorized", message "no"$/);
});

for (const reply of [{}, { ok: false }, { ok: false, error: null }, { ok: false, error: {} }]) {
  Deno.test(`fromErrorReply copes with ${JSON.stringify(reply)}`, () => {
    const error = fromErrorReply(reply, ASKED);
    assert.ok(error instanceof RemoteError);
    assert.equal(error.code, "unknown_error");
  });
}
