import assert from "node:assert/strict";
import { AppError } from "../../../src/error/mod.ts";
import { CancelReason, type CancelSource } from "../../../src/concurrency/mod.ts";

const CODES: Readonly<Record<CancelSource, string>> = {
  deadline: "deadline_exceeded",
  explicit: "cancelled",
  sibling: "cancelled",
  parent: "cancelled",
  shutdown: "cancelled",
};

for (const [source, code] of Object.entries(CODES) as [CancelSource, string][]) {
  Deno.test(`CancelReason from ${source} has code ${code}`, () => {
    const reason = new CancelReason(source, { scope: "import" });
    assert.ok(reason instanceof AppError);
    assert.equal(reason.code, code);
    assert.equal(reason.source, source);
    assert.match(reason.message, /^Cannot go on as .+: scope "import"$/);
  });
}

Deno.test("CancelReason keeps detail and cause", () => {
  const cause = new Error("disk full");
  const reason = new CancelReason("sibling", { scope: "import", detail: 'child "a"', cause });
  assert.equal(reason.cause, cause);
  assert.equal(reason.detail, 'child "a"');
  assert.equal(reason.message, 'Cannot go on as a sibling failed: scope "import", child "a"');
});
