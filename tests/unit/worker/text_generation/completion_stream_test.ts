import assert from "node:assert/strict";
import { ExecutionError } from "../../../../src/worker/mod.ts";
import { readCompletionStream } from "../../../../src/worker/text_generation/completion_stream.ts";

const EVENTS = 'data: {"choices":[{"delta":{"content":"hi"}}]}\n\ndata: [DONE]\n\n';
const TYPES = ["text/event-stream", "application/json"];

async function readAll(response: Response, maxBytes: number): Promise<string> {
  let text = "";
  for await (const chunk of readCompletionStream(response, maxBytes)) text += chunk.text;
  return text;
}

Deno.test("readCompletionStream reads an answer of just the longest length", async () => {
  const response = new Response(EVENTS, { headers: { "content-type": "text/event-stream" } });
  assert.equal(await readAll(response, EVENTS.length), "hi");
});

for (const type of TYPES) {
  Deno.test(`readCompletionStream gives up on an endless answer, ${type}`, async () => {
    const cancelled = Promise.withResolvers<void>();
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode("data: ")),
      cancel: () => cancelled.resolve(),
    });
    const response = new Response(endless, { headers: { "content-type": type } });
    await assert.rejects(readAll(response, 1_000), (error: unknown) => {
      assert.ok(error instanceof ExecutionError, String(error));
      assert.equal(error.code, "endpoint_error");
      return true;
    });
    await cancelled.promise;
  });
}
