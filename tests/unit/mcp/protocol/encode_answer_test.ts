import assert from "node:assert/strict";
import { encodeAnswer } from "../../../../src/mcp/protocol/encode_answer.ts";
import type { McpAnswer } from "../../../../src/mcp/server/engine/mcp_service.ts";

function answerWith(result: object): McpAnswer {
  return { message: { jsonrpc: "2.0", id: 7, result: { ...result } }, httpStatus: 200 };
}

Deno.test("encodeAnswer writes the message on one line", () => {
  assert.equal(
    encodeAnswer(answerWith({ text: "a\nb" }), 1000),
    '{"jsonrpc":"2.0","id":7,"result":{"text":"a\\nb"}}',
  );
});

Deno.test("encodeAnswer replaces what is too large, counting bytes", () => {
  const sizeOf = (text: string): number =>
    new TextEncoder().encode(JSON.stringify(answerWith({ text }).message)).byteLength;
  for (const text of ["x".repeat(500), "ä".repeat(500), "😀".repeat(500)]) {
    const fits = encodeAnswer(answerWith({ text }), sizeOf(text));
    assert.equal(JSON.parse(fits).result.text, text);
    const tooLarge = JSON.parse(encodeAnswer(answerWith({ text }), sizeOf(text) - 1));
    assert.equal(tooLarge.id, 7);
    assert.equal(tooLarge.error.code, -32603);
    assert.deepEqual(tooLarge.error.data, { code: "result_too_large" });
  }
});

Deno.test("encodeAnswer answers with an error when the result is not JSON", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  for (const result of [cycle, { big: 1n }]) {
    const answer = JSON.parse(encodeAnswer(answerWith(result), 1000));
    assert.equal(answer.id, 7);
    assert.deepEqual(answer.error.data, { code: "internal_error" });
  }
});
