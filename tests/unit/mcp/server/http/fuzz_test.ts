import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeClock, runTaskGroup } from "../../../../../src/concurrency/mod.ts";
import {
  createMcpFetchHandler,
  createSseHandler,
  type McpFetchHandler,
} from "../../../../../src/mcp/server/mod.ts";
import { createSampleServer, MemoryLogger } from "../../sample_tools.ts";

/** What a client may be answered with. 500 is a bug. */
const STATUSES = [200, 202, 204, 400, 403, 404, 405, 406, 413, 415];
const METHODS = [
  "initialize",
  "ping",
  "server/discover",
  "tools/list",
  "tools/call",
  "resources/list",
  "resources/read",
  "prompts/get",
  "completion/complete",
  "logging/setLevel",
  "notifications/initialized",
  "notifications/cancelled",
];
const VERSIONS = ["2026-07-28", "2025-11-25", "2025-03-26", "1999-01-01", ""];
const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
  progressToken: 1,
};

const anyOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
const sometimes = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const params = fc.oneof(
  fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
  fc.record({
    name: fc.oneof(anyOf(["echo", "fail", "count", "none"]), fc.jsonValue()),
    arguments: fc.oneof(
      fc.record({ text: fc.string(), how: anyOf(["known"]), to: fc.nat(3) }),
      fc.jsonValue(),
    ),
    uri: fc.string(),
    protocolVersion: fc.oneof(anyOf(VERSIONS), fc.jsonValue()),
    _meta: fc.oneof(fc.constant(META), fc.jsonValue()),
  }, { requiredKeys: [] }),
);
const message = fc.record({
  jsonrpc: fc.oneof({ weight: 9, arbitrary: fc.constant("2.0") }, fc.constant("1.0")),
  id: fc.oneof(fc.nat(5), fc.string(), fc.jsonValue()),
  method: fc.oneof({ weight: 5, arbitrary: anyOf(METHODS) }, fc.string()),
  params: fc.oneof({ weight: 5, arbitrary: params }, fc.jsonValue()),
  result: fc.jsonValue(),
  error: fc.jsonValue(),
}, { requiredKeys: ["jsonrpc"] });
const body = fc.oneof(
  { weight: 4, arbitrary: message.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.array(message, { maxLength: 4 }).map((all) => JSON.stringify(all)) },
  fc.json(),
  fc.string(),
  fc.uint8Array({ maxLength: 50 }).map((bytes) => bytes.slice()),
);
const headers = fc.record({
  "content-type": sometimes(fc.oneof(
    { weight: 9, arbitrary: fc.constant("application/json") },
    anyOf(["text/plain", "application/json; charset=utf-8", ";"]),
  )),
  accept: sometimes(anyOf([
    "application/json, text/event-stream",
    "application/json",
    "text/event-stream",
    "*/*;q=0",
    ",;,",
  ])),
  "mcp-protocol-version": sometimes(anyOf(VERSIONS)),
  "mcp-method": sometimes(anyOf([...METHODS, "=?base64?!?="])),
  "mcp-name": sometimes(anyOf(["echo", "count", "=?base64?ZWNobw==?=", "=?base64?"])),
  "mcp-session-id": sometimes(anyOf(["abc", "", "x".repeat(300)])),
  "last-event-id": sometimes(anyOf(["1", "", "a-b-c", "-1"])),
});
const method = fc.oneof(
  { weight: 9, arbitrary: fc.constant("POST") },
  anyOf(["GET", "DELETE", "PUT"]),
);
const httpRequest = fc.record({ method, headers, body });
type Fuzzed = typeof httpRequest extends fc.Arbitrary<infer T> ? T : never;

function toRequest({ method, headers, body }: Fuzzed, url = "http://localhost/mcp"): Request {
  const present = Object.entries(headers).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined;
  });
  const init = { method, headers: present };
  return new Request(url, method === "GET" ? init : { ...init, body });
}

/** A refusal is a JSON-RPC error; an answer is JSON or a stream of events. */
async function checkResponse(response: Response): Promise<void> {
  assert.ok(STATUSES.includes(response.status), String(response.status));
  const text = await response.text();
  if (text === "" || response.headers.get("content-type") === "text/event-stream") return;
  const value = JSON.parse(text);
  if (response.status < 300) return;
  assert.equal(typeof value.error.code, "number");
  assert.equal(typeof value.error.message, "string");
}

/** Without the subscriptions of `listen`, everything here ends by itself. */
async function answerAll(handler: McpFetchHandler, requests: readonly Fuzzed[]): Promise<void> {
  for (const request of requests) await checkResponse(await handler.fetch(toRequest(request)));
}

Deno.test("createMcpFetchHandler answers whatever comes, and keeps nothing of it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(httpRequest, { minLength: 1, maxLength: 12 }), async (requests) => {
      const logger = new MemoryLogger();
      const clock = new FakeClock();
      await runTaskGroup(async (group) => {
        const options = { ...createSampleServer({ logger }), clock };
        const handler = createMcpFetchHandler(group, { ...options, maxBodyBytes: 2_000 });
        await answerAll(handler, requests);
        assert.equal(handler.statistics().running, 0);
        await handler.close();
        assert.equal((await handler.fetch(new Request("http://localhost/mcp"))).status, 503);
      });
      assert.deepEqual(logger.failures, []);
      assert.equal(clock.pendingTimers, 0);
    }),
    { numRuns: 150 },
  );
});

Deno.test("createSseHandler takes whatever comes, and keeps nothing of it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(httpRequest, { minLength: 1, maxLength: 12 }), async (requests) => {
      const logger = new MemoryLogger();
      const clock = new FakeClock();
      await runTaskGroup(async (group) => {
        const options = { ...createSampleServer({ logger }), clock };
        const handler = createSseHandler(group, { ...options, maxBodyBytes: 2_000 });
        const stream = handler.connect(new Request("http://localhost/sse"));
        const reader = stream.body?.getReader();
        const first = new TextDecoder().decode((await reader?.read())?.value);
        const [, endpoint = ""] = /data: (.*)\n/.exec(first) ?? [];
        for (const request of requests) {
          const url = `http://localhost${endpoint}`;
          await checkResponse(await handler.post(toRequest(request, url)));
        }
        await reader?.cancel();
        await handler.close();
        assert.deepEqual(handler.statistics(), { sessions: 0 });
      });
      assert.deepEqual(logger.failures, []);
      assert.equal(clock.pendingTimers, 0);
    }),
    { numRuns: 100 },
  );
});
