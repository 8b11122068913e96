import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonObject, JsonValue } from "../../../../../src/codec/mod.ts";
import { bindPrompt } from "../../../../../src/mcp/bind_prompt.ts";
import { encodeAnswer } from "../../../../../src/mcp/protocol/encode_answer.ts";
import { MetaKey } from "../../../../../src/mcp/protocol/meta_key.ts";
import type { ResourceProvider } from "../../../../../src/mcp/resource.ts";
import { METHODS } from "../../../../../src/mcp/server/engine/method_table.ts";
import { createToolTable } from "../../../../../src/mcp/tool_table.ts";
import { MemoryLogger } from "../../sample_tools.ts";
import {
  modern,
  openInitialized,
  request,
  resultOf,
  TestExchange,
  toolOf,
  withService,
} from "./engine_fixture.ts";

const member = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<JsonValue>("echo", {}, [], "ref/prompt", "info", { name: "x", value: "" }),
);

const GREET = bindPrompt({
  name: "x",
  title: "X",
  description: "X.",
  arguments: [{ name: "name", description: "Whom." }],
  get: () => [{ role: "user", content: { type: "text", text: "" } }],
  complete: (_deps, { value }) => [value],
}, undefined);

const NOTES: ResourceProvider = {
  templates: [{ uriTemplate: "echo", name: "echo" }],
  scope: "x:read",
  list: () => Promise.resolve({ resources: [{ uri: "echo", name: "echo" }] }),
  read: (uri) => Promise.resolve(uri === "echo" ? [{ uri, text: "" }] : undefined),
};

const MEMBERS = [
  ...["name", "arguments", "uri", "cursor", "ref", "argument", "context", "level", "__proto__"],
  ...["notifications", "inputResponses", "requestState", "protocolVersion", "capabilities"],
] as const;

const anyRequest = fc.record({
  method: fc.constantFrom(...METHODS.keys(), "unknown", "notifications/x"),
  params: fc.dictionary(fc.constantFrom(...MEMBERS), member, { maxKeys: 5 }),
  meta: fc.dictionary(fc.constantFrom(...Object.values(MetaKey), "progressToken"), member),
  id: fc.oneof(fc.integer(), fc.string()),
});

Deno.test("McpService answers whatever is asked, in both eras, and takes nothing for a bug of its own", async () => {
  const logger = new MemoryLogger();
  const options = { logger, prompts: [GREET], resources: [NOTES] };
  await withService(options, async (service) => {
    const { session } = await openInitialized(service);
    await fc.assert(
      fc.asyncProperty(anyRequest, async ({ method, params, meta, id }) => {
        if (method === "subscriptions/listen") return;
        const asked = params as JsonObject;
        const answers = [
          await service.answer(modern(method, asked, { id }), new TestExchange()),
          await service.answer(
            modern(method, asked, { id, meta: meta as JsonObject }),
            new TestExchange(),
          ),
          await service.answerSessionless(request(method, asked, id), new TestExchange()),
          await session.answer(request(method, asked, id), new TestExchange()),
        ];
        for (const answer of answers) {
          assert.ok(answer !== undefined);
          assert.equal(answer.message.id, id);
          const encoded = JSON.parse(encodeAnswer(answer, 1 << 20));
          assert.equal(encoded.jsonrpc, "2.0");
          assert.equal("result" in encoded, !("error" in encoded));
        }
      }),
      { numRuns: 300 },
    );
    await session[Symbol.asyncDispose]();
  });
  assert.deepEqual(logger.failures, []);
});

Deno.test("McpService gives everybody their own answers and progress, whatever the ids", async () => {
  const tools = createToolTable([
    toolOf("mirror", async ({ reportProgress }, args) => {
      for (let turn = 0; turn < Number(args["turns"]); turn++) {
        reportProgress({ progress: turn, message: String(args["from"]) });
        await Promise.resolve();
      }
      return { from: args["from"] ?? null };
    }),
  ]);
  const anyCall = fc.record({ client: fc.nat(3), id: fc.nat(2), turns: fc.nat(4) });
  await withService({ tools }, async (service) => {
    const sessions = await Promise.all([openInitialized(service), openInitialized(service)]);
    await fc.assert(
      fc.asyncProperty(fc.array(anyCall, { maxLength: 20 }), async (calls) => {
        const inFlight = new Set<string>();
        await Promise.all(calls.map(async ({ client, id, turns }, index) => {
          const session = sessions[client]?.session;
          // In a session an id stands for one request at a time; that is tested elsewhere.
          if (session !== undefined && inFlight.has(`${client} ${id}`)) return;
          inFlight.add(`${client} ${id}`);
          const params = {
            name: "mirror",
            arguments: { from: `${client}/${index}`, turns },
          };
          const exchange = new TestExchange();
          const withToken = { ...params, _meta: { progressToken: id } };
          const answer = session === undefined
            ? await service.answer(
              modern("tools/call", params, { id, meta: { progressToken: id } }),
              exchange,
            )
            : await session.answer(request("tools/call", withToken, id), exchange);
          assert.equal(answer?.message.id, id);
          assert.deepEqual(resultOf(answer)["structuredContent"], { from: `${client}/${index}` });
          assert.equal(exchange.sent.length, turns);
          for (const message of exchange.sent) {
            assert.ok("params" in message);
            assert.equal(message.params?.["message"], `${client}/${index}`);
          }
        }));
      }),
      { numRuns: 100 },
    );
    for (const { session } of sessions) await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpService keeps the text of a bug to itself and to the log", async () => {
  const logger = new MemoryLogger();
  const provider = {
    templates: [],
    scope: "x:read",
    list: () => Promise.reject(new Error("password is hunter2")),
    read: () => Promise.resolve(undefined),
  };
  await withService({ logger, resources: [provider] }, async (service) => {
    const answer = await service.answer(modern("resources/list"), new TestExchange());
    assert.deepEqual(answer?.message, {
      jsonrpc: "2.0",
      id: 1,
      error: {
        code: -32603,
        message: "Cannot answer the request",
        data: { code: "internal_error" },
      },
    });
  });
  assert.equal(logger.failures.length, 1);
});
