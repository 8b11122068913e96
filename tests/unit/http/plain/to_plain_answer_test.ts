import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { toPlainAnswer } from "../../../../src/http/plain/to_plain_answer.ts";

async function answerTo(result: JsonObject): Promise<unknown> {
  const message = { jsonrpc: "2.0", id: 1, result } as const;
  const response = toPlainAnswer({ message, httpStatus: 200 });
  return [response.status, await response.json()];
}

function failure(code: string): JsonObject {
  return { isError: true, structuredContent: { ok: false, error: "Cannot", code } };
}

Deno.test("toPlainAnswer is the result as it is, or the content if there is no other", async () => {
  assert.deepEqual(await answerTo({ structuredContent: { a: 1 }, content: [] }), [200, { a: 1 }]);
  assert.deepEqual(await answerTo({ structuredContent: [1] }), [200, [1]]);
  const content = [{ type: "text", text: "hi" }];
  assert.deepEqual(await answerTo({ content }), [200, { content }]);
});

Deno.test("toPlainAnswer has a status of its own for calls that came to nothing", async () => {
  const statuses = {
    "invalid_arguments": 422,
    "unknown_tool": 404,
    "forbidden": 403,
    "internal_error": 500,
    "deadline_exceeded": 504,
  };
  for (const [code, status] of Object.entries(statuses)) {
    assert.deepEqual(await answerTo(failure(code)), [status, { detail: "Cannot" }], code);
  }
  const own = failure("out_of_paper");
  assert.deepEqual(await answerTo(own), [200, own["structuredContent"]]);
});

Deno.test("toPlainAnswer says in detail what the protocol's errors say", async () => {
  const message = {
    jsonrpc: "2.0",
    id: 1,
    error: { code: -32603, message: "Too large", data: { code: "result_too_large" } },
  } as const;
  const large = toPlainAnswer({ message, httpStatus: 200 });
  assert.deepEqual([large.status, await large.json()], [500, { detail: "Too large" }]);
  const forbidden = toPlainAnswer({ message, httpStatus: 403, requiredScope: "tasks:write" });
  assert.equal(forbidden.status, 403);
  assert.match(forbidden.headers.get("www-authenticate") ?? "", /scope="tasks:write"/);
  const cut = toPlainAnswer(undefined);
  assert.equal(cut.status, 503);
});
