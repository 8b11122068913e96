import assert from "node:assert/strict";
import { toAbortableResponse } from "../../../../src/mcp/client/abortable_response.ts";

/** A response whose body goes on until somebody ends it. */
function endless() {
  const cancelled = Promise.withResolvers<unknown>();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("begun")),
    cancel: (reason) => cancelled.resolve(reason),
  });
  const response = new Response(body, { status: 206, headers: { "x-kept": "yes" } });
  return { response, cancelled: cancelled.promise };
}

Deno.test("toAbortableResponse ends both sides of the body when the signal aborts", async () => {
  const { response, cancelled } = endless();
  const controller = new AbortController();
  const { body, status, headers } = toAbortableResponse(response, controller.signal);
  assert.deepEqual([status, headers.get("x-kept")], [206, "yes"]);
  const reader = body?.getReader();
  assert.equal(new TextDecoder().decode((await reader?.read())?.value), "begun");
  const reading = reader?.read();
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(async () => await reading, (error) => error === reason);
  assert.equal(await cancelled, reason);
});

Deno.test("toAbortableResponse ends at once when the signal has aborted", async () => {
  const { response, cancelled } = endless();
  const reason = new Error("enough");
  const { body } = toAbortableResponse(response, AbortSignal.abort(reason));
  await assert.rejects(async () => await body?.getReader().read(), (error) => error === reason);
  assert.equal(await cancelled, reason);
});

Deno.test("toAbortableResponse passes on that the reader has had enough", async () => {
  const { response, cancelled } = endless();
  const { body } = toAbortableResponse(response, new AbortController().signal);
  await body?.cancel("enough");
  assert.equal(await cancelled, "enough");
});

Deno.test("toAbortableResponse passes on an end and a failure", async () => {
  const { signal } = new AbortController();
  assert.equal(await toAbortableResponse(new Response("all"), signal).text(), "all");
  const broken = new ReadableStream({
    start: (controller) => controller.error(new Error("broken")),
  });
  await assert.rejects(toAbortableResponse(new Response(broken), signal).text(), /broken/);
});

Deno.test("toAbortableResponse leaves alone what has no body or no signal", () => {
  const empty = new Response(null);
  assert.equal(toAbortableResponse(empty, new AbortController().signal), empty);
  const full = new Response("full");
  assert.equal(toAbortableResponse(full, undefined), full);
});
