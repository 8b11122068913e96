import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { connectMcpClient } from "../../../../src/mcp/client/mod.ts";
import { untilSettled } from "./until_settled.ts";
import {
  type MockAnswer,
  type MockRequest,
  openMockServer,
  resultOf,
  streamOf,
  toEvent,
  toolText,
} from "./mock_server.ts";

/** Lets go of the first call's stream at once; hands the rest out to whoever comes back for it. */
function detachingServer(
  onReturn: (request: MockRequest, call: JsonObject) => Response,
): MockAnswer {
  let call: JsonObject = {};
  return (request) => {
    if (request.method === "tools/call") {
      call = request.message;
      return streamOf(toEvent("", { id: "event-1", retryMs: 5 }));
    }
    if (request.request.headers.has("last-event-id")) return onReturn(request, call);
    return undefined;
  };
}

Deno.test("HttpTransport comes back for an answer with the id of the last event, when it is told to", async () => {
  const ids: (string | null)[] = [];
  await using server = openMockServer({
    era: "legacy",
    answer: detachingServer(({ request }, call) => {
      ids.push(request.headers.get("last-event-id"));
      return ids.length === 1
        ? streamOf(toEvent("", { id: "event-2" }))
        : streamOf(toEvent(resultOf(call, toolText("late")), { id: "event-3" }));
    }),
  });
  await using client = await connectMcpClient({ url: server.url });
  assert.equal((await client.callTool("echo", {})).text, "late");
  assert.deepEqual(ids, ["event-1", "event-2"]);
  assert.equal(server.seen.filter((method) => method === "tools/call").length, 1);
});

Deno.test("HttpTransport says at once that the answer is lost when the session is", async () => {
  let returns = 0;
  await using server = openMockServer({
    era: "legacy",
    answer: detachingServer(() => {
      returns++;
      return new Response(null, { status: 404 });
    }),
  });
  const recovery = { maxAttempts: 1 };
  await using client = await connectMcpClient({ url: server.url }, { recovery });
  await assert.rejects(client.callTool("echo", {}), { code: "connection_lost" });
  assert.equal(returns, 1);
});

Deno.test("HttpTransport stops to come back after a few failures", async () => {
  const clock = new FakeClock();
  let returns = 0;
  await using server = openMockServer({
    era: "legacy",
    answer: detachingServer(() => {
      returns++;
      return new Response(null, { status: 500 });
    }),
  });
  const recovery = { maxAttempts: 1 };
  await using client = await connectMcpClient({ url: server.url }, { clock, recovery });
  await untilSettled(
    assert.rejects(client.callTool("echo", {}), { code: "connection_lost" }),
    () => clock.advance(10_000),
  );
  assert.equal(returns, 5);
});

Deno.test("HttpTransport lets go of the stream of a cancelled request of the legacy era", async () => {
  const asked = Promise.withResolvers<void>();
  const hungUp = Promise.withResolvers<void>();
  await using server = openMockServer({
    era: "legacy",
    answer({ method }) {
      if (method !== "tools/call") return undefined;
      asked.resolve();
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(toEvent("", { id: "1", retryMs: 1 })));
        },
        cancel: () => hungUp.resolve(),
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    },
  });
  const client = await connectMcpClient({ url: server.url });
  const controller = new AbortController();
  const calling = client.callTool("echo", {}, { signal: controller.signal });
  await asked.promise;
  controller.abort(new Error("enough"));
  await assert.rejects(calling, /enough/);
  await hungUp.promise;
  assert.ok(server.seen.includes("notifications/cancelled"));
  // Nobody comes back for an answer that nobody waits for.
  await client.listTools();
  await client[Symbol.asyncDispose]();
  assert.ok(!server.requests.some(({ request }) => request.headers.has("last-event-id")));
});

Deno.test("HttpTransport asks again for an event stream that a server does not have only once", async () => {
  await using server = openMockServer({ era: "legacy" });
  await using client = await connectMcpClient({ url: server.url });
  await client.listTools();
  await client.listTools();
  assert.equal(server.seen.filter((method) => method === "GET").length, 1);
});
