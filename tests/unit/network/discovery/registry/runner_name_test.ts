import assert from "node:assert/strict";
import fc from "fast-check";
import {
  createRunnerName,
  toRunnerName,
} from "../../../../../src/network/discovery/registry/runner_name.ts";
import { createPeerId } from "../create_peer_id.ts";

Deno.test("toRunnerName() leaves ordinary names as they are", () => {
  for (
    const name of ["runner-é", "GitHub Actions 12", "build_01.example.org", "ノード", "a--b@c+d"]
  ) {
    assert.equal(toRunnerName(name), name);
  }
});

Deno.test("toRunnerName() leaves nothing that ends a comment, a path or a line", () => {
  assert.equal(toRunnerName("x --><b>"), "x --%3E%3Cb%3E");
  assert.equal(toRunnerName("../../etc/passwd"), "..%2F..%2Fetc%2Fpasswd");
  assert.equal(toRunnerName("a\\b\0c\r\nd\u202ee"), "a%5Cb%00c%0D%0Ad%E2%80%AEe");
  assert.equal(toRunnerName("100%"), "100%25");
});

Deno.test("toRunnerName() gives a safe and short name for any text, and the same for that name", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 300 }), (text) => {
    fc.pre(text.trim() !== "");
    const name = toRunnerName(text);
    assert.match(name, /^[\p{L}\p{M}\p{N}._ @+%-]+$/u);
    assert.ok(new TextEncoder().encode(name).length <= 100);
    assert.equal(toRunnerName(name), name);
  }));
});

Deno.test("toRunnerName() tells long names with the same beginning apart", () => {
  const start = "x".repeat(200);
  assert.notEqual(toRunnerName(`${start}1`), toRunnerName(`${start}2`));
});

Deno.test("toRunnerName() refuses a name with nothing in it", () => {
  for (const text of ["", "  ", "\n"]) assert.throws(() => toRunnerName(text), RangeError);
});

Deno.test("createRunnerName() gives each node a name of its own, always the same", () => {
  const [first, second] = [createPeerId(1), createPeerId(2)];
  assert.equal(createRunnerName(first), createRunnerName(first));
  assert.notEqual(createRunnerName(first), createRunnerName(second));
  assert.match(createRunnerName(first), /^mcpp-\w{12}$/);
});
