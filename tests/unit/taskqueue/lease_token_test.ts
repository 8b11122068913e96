import assert from "node:assert/strict";
import { parseLeaseToken } from "../../../src/taskqueue/lease_token.ts";

Deno.test("parseLeaseToken finds task and attempt, whatever the id looks like", () => {
  for (const taskId of ["a", "a:b", "a:7:c", ":", "with space", "line\nbreak"]) {
    const token = `${taskId}:12:0123456789abcdef`;
    assert.deepEqual(parseLeaseToken(token), { taskId, attempt: 12 });
  }
});

for (const token of ["", "x", "a:b", "a:x:00", ":1:00", "a:1", "a::00"]) {
  Deno.test(`parseLeaseToken finds nothing in "${token}"`, () => {
    assert.equal(parseLeaseToken(token), undefined);
  });
}
