import assert from "node:assert/strict";
import {
  IdempotencyConflictError,
  InvalidTransitionError,
  LeaseLostError,
  TaskNotFoundError,
} from "../../../src/task/mod.ts";

const ID = "0123456789abcdef0123456789abcdef";

const CASES = [
  [new TaskNotFoundError(ID), "TaskNotFoundError", "task_not_found"],
  [new LeaseLostError(ID), "LeaseLostError", "lease_lost"],
  [
    new InvalidTransitionError(ID, "completed", "cancelled"),
    "InvalidTransitionError",
    "invalid_transition",
  ],
  [new IdempotencyConflictError("key-1", ID), "IdempotencyConflictError", "idempotency_conflict"],
] as const;

for (const [error, name, code] of CASES) {
  Deno.test(`${name} has a stable name and code and names the task`, () => {
    assert.equal(error.name, name);
    assert.equal(error.code, code);
    assert.equal(error.taskId, ID);
    assert.match(error.message, /^Cannot .+ as .+"0123456789abcdef0123456789abcdef"$/);
  });
}
