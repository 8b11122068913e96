import assert from "node:assert/strict";
import { createSessionId, isSessionId } from "../../../../../src/mcp/server/session/session_id.ts";

Deno.test("createSessionId makes ids of 128 bits that a header can hold", () => {
  const ids = Array.from({ length: 1_000 }, createSessionId);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) {
    assert.match(id, /^[A-Za-z0-9_-]{22}$/);
    assert.ok(isSessionId(id));
  }
});

Deno.test("isSessionId takes visible ASCII of any server, and nothing else", () => {
  for (const id of ["a", "!~", crypto.randomUUID(), "x".repeat(256)]) assert.ok(isSessionId(id));
  for (const id of [null, "", " ", "a b", "é", "a\n", "\x7f", "x".repeat(257)]) {
    assert.ok(!isSessionId(id), String(id));
  }
});
