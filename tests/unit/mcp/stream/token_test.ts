import assert from "node:assert/strict";
import { addToken, takeToken } from "../../../../src/mcp/stream/token.ts";

const message = { jsonrpc: "2.0", id: 1, method: "x", params: { a: 1, _meta: { b: 2 } } };

Deno.test("addToken and takeToken leave the rest of a message as it is", () => {
  const carrying = addToken(message, "secret");
  assert.deepEqual(carrying["params"], { a: 1, _meta: { b: 2, "io.mcpp/token": "secret" } });
  assert.deepEqual(takeToken(carrying), { token: "secret", hasToken: true, message });
});

Deno.test("addToken makes room where a message has no parameters, and skips answers", () => {
  const bare = { jsonrpc: "2.0", method: "notifications/initialized" };
  assert.equal(takeToken(addToken(bare, "secret")).token, "secret");
  const answer = { jsonrpc: "2.0", id: 1, result: {} };
  assert.equal(addToken(answer, "secret"), answer);
});

Deno.test("takeToken takes no token that is not a text, but takes it out", () => {
  for (const token of [5, null, ["secret"], { a: "secret" }]) {
    const taken = takeToken({ ...message, params: { "_meta": { "io.mcpp/token": token } } });
    assert.equal(taken.token, undefined);
    assert.deepEqual(taken.message["params"], { _meta: {} });
  }
  for (const params of [null, [], "x", { "_meta": [] }]) {
    assert.equal(takeToken({ ...message, params }).token, undefined);
  }
});
