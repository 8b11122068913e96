import assert from "node:assert/strict";
import { TaskGroupError } from "../../../src/concurrency/mod.ts";

Deno.test("TaskGroupError names the group, the first child that failed, and its error", () => {
  const error = new TaskGroupError("import", [{ child: "reader", error: new Error("disk full") }]);
  assert.equal(
    error.message,
    'Cannot complete task group as child "reader" failed: group "import", disk full',
  );
  assert.equal(error.name, "TaskGroupError");
  assert.equal(error.code, "task_group_failed");
  assert.equal(error.group, "import");
});

Deno.test("TaskGroupError says how many failures there are, and has all of them", () => {
  const failures = [
    { child: "reader", error: new Error("disk full") },
    { child: "body", error: "text" },
  ] as const;
  const error = new TaskGroupError("import", failures);
  assert.ok(error instanceof AggregateError);
  assert.match(error.message, /disk full \(first of 2 failures\)$/);
  assert.deepEqual(error.errors, [failures[0].error, "text"]);
  assert.deepEqual(error.failures, failures);
});
