import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { connectMcpClient } from "../../../../src/mcp/client/mod.ts";
import { type MockRequest, openMockServer, streamOf, toEvent, toolText } from "./mock_server.ts";

/** So that a test does not wait. */
const QUICK = { baseDelayMs: 1, maxDelayMs: 2 };

/** Ends the stream without the answer. */
function brokenAnswer(): Response {
  return streamOf(": begun\n\n");
}

Deno.test("McpClient makes a new session and repeats the request when the server has lost the old", async () => {
  await using server = openMockServer({ era: "legacy" });
  await using client = await connectMcpClient({ url: server.url }, { recovery: QUICK });
  assert.equal((await client.callTool("echo", { n: 1 })).text, '{"n":1}');
  server.forget();
  assert.equal((await client.callTool("echo", { n: 2 })).text, '{"n":2}');
  assert.equal(server.sessions(), 2);
  assert.equal(server.seen.filter((method) => method === "tools/call").length, 3);
});

Deno.test("McpClient knows a lost session by a status 400 that says so", async () => {
  let isLost = false;
  await using server = openMockServer({
    era: "legacy",
    answer({ method }) {
      if (method !== "tools/call" || !isLost) return undefined;
      isLost = false;
      return new Response("Bad Request: No valid session ID provided", { status: 400 });
    },
  });
  await using client = await connectMcpClient({ url: server.url }, { recovery: QUICK });
  isLost = true;
  assert.equal((await client.callTool("echo", {})).text, "{}");
  assert.equal(server.sessions(), 2);
});

Deno.test("McpClient makes one new session for requests that lose theirs together", async () => {
  await using server = openMockServer({ era: "legacy" });
  await using client = await connectMcpClient({ url: server.url }, { recovery: QUICK });
  server.forget();
  await Promise.all([1, 2, 3].map((n) => client.callTool("echo", { n })));
  assert.equal(server.sessions(), 2);
});

Deno.test("McpClient keeps its new session when a late answer says that the old one is lost", async () => {
  const late = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const goodbye = Promise.withResolvers<void>();
  await using server = openMockServer({
    era: "legacy",
    async answer({ method, message, request }) {
      if (request.method === "DELETE") await goodbye.promise;
      if (method !== "tools/call") return undefined;
      const { n } = (message["params"] as JsonObject)["arguments"] as JsonObject;
      if (n === "late") await late.promise;
      if (n === "held") await held.promise;
      const isOld = request.headers.get("mcp-session-id") === "session-1";
      return isOld ? new Response("Session not found", { status: 404 }) : undefined;
    },
  });
  await using client = await connectMcpClient({ url: server.url }, { recovery: QUICK });
  const first = client.callTool("echo", { n: "late" });
  try {
    await client.callTool("echo", { n: 1 });
    const second = client.callTool("echo", { n: "held" });
    late.resolve();
    assert.equal((await first).text, '{"n":"late"}');
    held.resolve();
    assert.equal((await second).text, '{"n":"held"}');
    assert.equal(server.sessions(), 2);
  } finally {
    for (const gate of [late, held, goodbye]) gate.resolve();
  }
});

for (const era of ["legacy", "modern"] as const) {
  Deno.test(`McpClient goes on with a restarted server of the ${era} era`, async () => {
    const first = openMockServer({ era });
    await using client = await connectMcpClient({ url: first.url }, { recovery: QUICK });
    await first[Symbol.asyncDispose]();
    await using second = openMockServer({ era, port: first.port });
    assert.equal((await client.callTool("echo", { n: 1 })).text, '{"n":1}');
    assert.equal(client.era, era);
    assert.equal(second.sessions(), era === "legacy" ? 1 : 0);
  });
}

Deno.test("McpClient waits longer and longer for a server that is away, and then gives up", async () => {
  const server = openMockServer({ era: "modern" });
  const clock = new FakeClock();
  const waits: number[] = [];
  const sleep = clock.sleep.bind(clock);
  clock.sleep = async (ms, options) => {
    waits.push(ms);
    const sleeping = sleep(ms, options);
    await clock.advance(ms);
    await sleeping;
  };
  const recovery = { baseDelayMs: 100, maxDelayMs: 300, jitter: 0, maxAttempts: 5 };
  await using client = await connectMcpClient({ url: server.url }, { clock, recovery });
  await server[Symbol.asyncDispose]();
  await assert.rejects(client.listTools(), { code: "server_unreachable" });
  assert.deepEqual(waits, [100, 200, 300, 300]);
});

Deno.test("McpClient begins no repetition after its budget", async () => {
  const server = openMockServer({ era: "modern" });
  const recovery = { baseDelayMs: 60_000, jitter: 0, budgetMs: 1000 };
  await using client = await connectMcpClient({ url: server.url }, { recovery });
  await server[Symbol.asyncDispose]();
  await assert.rejects(client.listTools(), { code: "server_unreachable" });
});

for (const status of [429, 503]) {
  Deno.test(`McpClient waits as long as a server asks with status ${status}`, async () => {
    let isBusy = false;
    await using server = openMockServer({
      era: "modern",
      answer({ method }) {
        if (method !== "tools/call" || !isBusy) return undefined;
        isBusy = false;
        return new Response("busy", { status, headers: { "retry-after": "7" } });
      },
    });
    const clock = new FakeClock();
    const slept = Promise.withResolvers<number>();
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms, options) => {
      slept.resolve(ms);
      return sleep(ms, options);
    };
    await using client = await connectMcpClient({ url: server.url }, { clock });
    isBusy = true;
    const calling = client.callTool("echo", { n: 1 });
    assert.equal(await slept.promise, 7000);
    await clock.advance(7000);
    assert.equal((await calling).text, '{"n":1}');
  });
}

/** Loses the connection once, in the middle of a call. */
function loseOnce(): ({ method }: MockRequest) => Response | undefined {
  let calls = 0;
  return ({ method }) => method === "tools/call" && calls++ === 0 ? brokenAnswer() : undefined;
}

const TOOLS = [
  { name: "change", inputSchema: { type: "object" } },
  { name: "look", inputSchema: { type: "object" }, annotations: { readOnlyHint: true } },
  { name: "put", inputSchema: { type: "object" }, annotations: { idempotentHint: true } },
];

for (const tool of ["look", "put"]) {
  Deno.test(`McpClient calls a tool that may be called twice again when the answer is lost: ${tool}`, async () => {
    await using server = openMockServer({ era: "modern", tools: TOOLS, answer: loseOnce() });
    await using client = await connectMcpClient({ url: server.url }, { recovery: QUICK });
    assert.equal((await client.callTool(tool, { n: 1 })).text, '{"n":1}');
    assert.equal(server.seen.filter((method) => method === "tools/call").length, 2);
  });
}

Deno.test("McpClient never calls a tool again that may have changed something", async () => {
  await using server = openMockServer({ era: "modern", tools: TOOLS, answer: loseOnce() });
  await using client = await connectMcpClient({ url: server.url }, { recovery: QUICK });
  await assert.rejects(client.callTool("change", {}), { code: "connection_lost" });
  assert.equal(server.seen.filter((method) => method === "tools/call").length, 1);
});

Deno.test("McpClient takes a call that a restart has ended for lost", async () => {
  await using server = openMockServer({
    era: "legacy",
    answer({ method, message }) {
      if (method !== "tools/call") return undefined;
      const error = { code: -32603, message: "gone", data: { code: "server_restarted" } };
      return streamOf(toEvent({ jsonrpc: "2.0", id: message["id"] ?? null, error }));
    },
  });
  await using client = await connectMcpClient({ url: server.url }, { recovery: QUICK });
  await assert.rejects(client.callTool("echo", {}), { code: "connection_lost" });
});

Deno.test("McpClient takes a gateway's failure for a lost answer", async () => {
  await using server = openMockServer({
    era: "modern",
    answer: ({ method }) =>
      method === "tools/call" ? new Response("bad gateway", { status: 502 }) : undefined,
  });
  await using client = await connectMcpClient({ url: server.url }, { recovery: QUICK });
  await assert.rejects(client.callTool("echo", {}), { code: "connection_lost" });
});

Deno.test("McpClient stops to recover when it is disposed", async () => {
  const server = openMockServer({ era: "modern" });
  const recovery = { baseDelayMs: 60_000, maxDelayMs: 60_000, jitter: 0, budgetMs: Infinity };
  const client = await connectMcpClient({ url: server.url }, { recovery });
  await server[Symbol.asyncDispose]();
  const listing = assert.rejects(client.listTools(), { code: "connection_lost" });
  await client[Symbol.asyncDispose]();
  await listing;
  await assert.rejects(client.listTools(), { code: "connection_lost" });
});

Deno.test("McpClient stops to recover when the caller gives up", async () => {
  const server = openMockServer({ era: "modern" });
  const recovery = { baseDelayMs: 60_000, maxDelayMs: 60_000, jitter: 0, budgetMs: Infinity };
  await using client = await connectMcpClient({ url: server.url }, { recovery });
  await server[Symbol.asyncDispose]();
  const reason = new Error("enough");
  const controller = new AbortController();
  const listing = assert.rejects(
    client.listTools({ signal: controller.signal }),
    (error) => error === reason,
  );
  controller.abort(reason);
  await listing;
});

Deno.test("connectMcpClient uses the first server that answers, and goes back to it", async () => {
  const gone = openMockServer({ era: "modern" });
  await gone[Symbol.asyncDispose]();
  await using spare = openMockServer({ era: "legacy" });
  const endpoints = [{ url: gone.url }, { url: spare.url }];
  await using client = await connectMcpClient(endpoints, { recovery: QUICK });
  assert.equal(client.era, "legacy");
  await using _back = openMockServer({ era: "modern", port: gone.port });
  spare.forget();
  assert.equal((await client.callTool("echo", { n: 1 })).text, '{"n":1}');
  assert.equal(client.era, "modern");
});

Deno.test("connectMcpClient says of each server why it cannot be used", async () => {
  const gone = openMockServer({ era: "modern" });
  await gone[Symbol.asyncDispose]();
  await using closed = openMockServer({
    era: "modern",
    answer: () => new Response(null, { status: 401 }),
  });
  await assert.rejects(connectMcpClient([{ url: gone.url }, { url: closed.url }]), {
    code: "all_servers_failed",
    message: /nobody answers .*; .*does not admit this client/,
  });
});

Deno.test("connectMcpClient refuses an empty list of servers", async () => {
  await assert.rejects(connectMcpClient([]), TypeError);
});

Deno.test("McpClient gives a call up that makes no progress", async () => {
  const clock = new FakeClock();
  const asked = Promise.withResolvers<void>();
  const hungUp = Promise.withResolvers<void>();
  await using server = openMockServer({
    era: "modern",
    answer({ method }) {
      if (method !== "tools/call") return undefined;
      asked.resolve();
      const body = new ReadableStream({ cancel: () => hungUp.resolve() });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    },
  });
  await using client = await connectMcpClient({ url: server.url }, { clock });
  const calling = assert.rejects(client.callTool("echo", {}, { timeoutMs: 1000 }), {
    code: "call_timeout",
    message: /no progress in 1000 ms: tool "echo"/,
  });
  await asked.promise;
  await clock.advance(1000);
  await calling;
  await hungUp.promise;
});

Deno.test("McpClient gives a call more time with every progress", async () => {
  const clock = new FakeClock();
  let send: (text: string) => void = () => {};
  const asked = Promise.withResolvers<{ readonly id: unknown; readonly token: unknown }>();
  await using server = openMockServer({
    era: "modern",
    answer({ method, message }) {
      if (method !== "tools/call") return undefined;
      const params = message["params"] as { readonly _meta: { readonly progressToken: unknown } };
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
        start(controller) {
          send = (text) => controller.enqueue(new TextEncoder().encode(text));
        },
      });
      asked.resolve({ id: message["id"], token: params._meta.progressToken });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    },
  });
  await using client = await connectMcpClient({ url: server.url }, { clock });
  let onProgress: () => void = () => {};
  const calling = client.callTool("echo", {}, { timeoutMs: 1000, onProgress: () => onProgress() });
  const { id, token } = await asked.promise;
  for (const progress of [1, 2, 3]) {
    await clock.advance(900);
    const told = Promise.withResolvers<void>();
    onProgress = () => told.resolve();
    const params = { progressToken: token as string, progress };
    send(toEvent({ jsonrpc: "2.0", method: "notifications/progress", params }));
    await told.promise;
  }
  send(toEvent({ jsonrpc: "2.0", id: id as number, result: toolText("done") }));
  assert.equal((await calling).text, "done");
});
