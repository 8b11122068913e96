import assert from "node:assert/strict";
import {
  canTransition,
  isTerminal,
  TASK_STATUSES,
  type TaskStatus,
} from "../../../src/task/mod.ts";

const ALLOWED: readonly (readonly [from: TaskStatus, to: TaskStatus])[] = [
  ["queued", "running"],
  ["queued", "failed"],
  ["queued", "cancelled"],
  ["running", "queued"],
  ["running", "completed"],
  ["running", "failed"],
  ["running", "cancelled"],
  ["failed", "queued"],
  ["cancelled", "queued"],
];

for (const from of TASK_STATUSES) {
  for (const to of TASK_STATUSES) {
    const allowed = ALLOWED.some(([a, b]) => a === from && b === to);
    Deno.test(`canTransition ${allowed ? "allows" : "refuses"} ${from} to ${to}`, () => {
      assert.equal(canTransition(from, to), allowed);
    });
  }
}

Deno.test("isTerminal is true exactly for the states in which no worker has the task", () => {
  const terminal = TASK_STATUSES.filter(isTerminal);
  assert.deepEqual(terminal, ["completed", "failed", "cancelled"]);
});
