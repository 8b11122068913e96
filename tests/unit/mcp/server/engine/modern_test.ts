import assert from "node:assert/strict";
import { bindPrompt } from "../../../../../src/mcp/bind_prompt.ts";
import { MetaKey } from "../../../../../src/mcp/protocol/meta_key.ts";
import { createToolTable } from "../../../../../src/mcp/tool_table.ts";
import { MemoryLogger, Sleeper } from "../../sample_tools.ts";
import { createSampleTable } from "../../sample_tools.ts";
import {
  codeOf,
  errorOf,
  modern,
  request,
  resultOf,
  TestExchange,
  textOf,
  toolOf,
  withService,
} from "./engine_fixture.ts";

const SERVER_META = {
  [MetaKey.serverInfo]: { name: "test-server", version: "1.2.3", title: "Test" },
};

Deno.test("McpService.answer discovers the server", async () => {
  await withService({}, async (service) => {
    const answer = await service.answer(modern("server/discover"), new TestExchange());
    assert.deepEqual(resultOf(answer), {
      resultType: "complete",
      supportedVersions: ["2026-07-28"],
      capabilities: { tools: { listChanged: true }, logging: {} },
      instructions: "Use it for tests.",
      ttlMs: 60_000,
      cacheScope: "public",
      _meta: SERVER_META,
    });
  });
});

Deno.test("McpService.answer calls a tool", async () => {
  await withService({}, async (service) => {
    const call = modern("tools/call", { name: "echo", arguments: { text: "hi" } }, { id: "a" });
    const answer = await service.answer(call, new TestExchange());
    assert.equal(answer?.message.id, "a");
    assert.deepEqual(resultOf(answer), {
      resultType: "complete",
      content: [{ type: "text", text: "hi" }],
      structuredContent: { text: "hi" },
      _meta: SERVER_META,
    });
  });
});

Deno.test("McpService.answer makes a result of a tool that fails or refuses its arguments", async () => {
  const logger = new MemoryLogger();
  await withService({ logger }, async (service) => {
    const fail = modern("tools/call", { name: "fail", arguments: { how: "known" } });
    const failed = resultOf(await service.answer(fail, new TestExchange()));
    assert.equal(failed["isError"], true);
    const refused = await service.answer(
      modern("tools/call", { name: "echo" }),
      new TestExchange(),
    );
    assert.equal(resultOf(refused)["isError"], true);
    assert.match(String(textOf(refused)), /^invalid_arguments: /);
  });
  assert.deepEqual(logger.failures, []);
});

Deno.test("McpService.answer refuses metadata that is missing or malformed", async () => {
  const version = { [MetaKey.protocolVersion]: "2026-07-28" };
  const capabilities = { [MetaKey.clientCapabilities]: {} };
  const bad = [
    undefined,
    {},
    { _meta: "none" },
    { _meta: capabilities },
    { _meta: version },
    { _meta: { ...version, [MetaKey.clientCapabilities]: [] } },
    { _meta: { ...capabilities, [MetaKey.protocolVersion]: 5 } },
    { _meta: { ...version, ...capabilities, [MetaKey.clientInfo]: "me" } },
    { _meta: { ...version, ...capabilities, [MetaKey.logLevel]: "loud" } },
  ];
  await withService({}, async (service) => {
    for (const params of bad) {
      const asked = request("server/discover", params, 101);
      const answer = await service.answer(asked, new TestExchange());
      assert.equal(errorOf(answer).code, -32602, JSON.stringify(params));
      assert.equal(answer?.httpStatus, 400);
      assert.equal(answer?.message.id, 101);
    }
  });
});

Deno.test("McpService.answer refuses other revisions and says which there are", async () => {
  await withService({}, async (service) => {
    for (const version of ["v999.0.0", "2025-11-25"]) {
      const meta = { [MetaKey.protocolVersion]: version };
      const answer = await service.answer(
        modern("server/discover", {}, { meta }),
        new TestExchange(),
      );
      assert.equal(answer?.httpStatus, 400);
      const { code, data } = errorOf(answer);
      assert.equal(code, -32022);
      assert.deepEqual(data, { supported: ["2026-07-28"], requested: version });
    }
  });
});

Deno.test("McpService.answer does not find methods of the legacy era, of missing features, or unknown", async () => {
  const methods = [
    ..."initialize ping logging/setLevel resources/subscribe resources/unsubscribe".split(" "),
    ..."prompts/list resources/list resources/templates/list completion/complete".split(" "),
    ..."unknown/method tasks/list __proto__ constructor".split(" "),
    "x".repeat(10_000),
  ];
  await withService({}, async (service) => {
    for (const method of methods) {
      const answer = await service.answer(modern(method), new TestExchange());
      assert.equal(errorOf(answer).code, -32601);
      assert.equal(answer?.httpStatus, 404);
      assert.ok(errorOf(answer).message.length < 400);
    }
  });
});

Deno.test("McpService.answer suggests names for an unknown tool", async () => {
  await withService({}, async (service) => {
    const answer = await service.answer(modern("tools/call", { name: "ecko" }), new TestExchange());
    const { code, data } = errorOf(answer);
    assert.equal(code, -32602);
    assert.deepEqual(data, {
      code: "unknown_tool",
      hint: 'Did you mean "echo"?',
      suggestions: ["echo"],
    });
    assert.equal(answer?.httpStatus, 200);
  });
});

Deno.test("McpService.answer refuses calls without a name or with malformed arguments", async () => {
  await withService({}, async (service) => {
    for (const params of [{}, { name: 5 }, { name: "echo", arguments: "x" }]) {
      const answer = await service.answer(modern("tools/call", params), new TestExchange());
      assert.equal(errorOf(answer).code, -32602);
      assert.equal(codeOf(answer), "invalid_params");
    }
  });
});

Deno.test("McpService.answer refuses a principal without the tool's scope", async () => {
  await withService({}, async (service) => {
    const call = modern("tools/call", { name: "echo", arguments: { text: "" } });
    const answerFor = (scopes: readonly string[]) =>
      service.answer(call, new TestExchange({ principal: { id: "p", scopes } }));
    const refused = await answerFor(["custom:read"]);
    assert.equal(refused?.httpStatus, 403);
    assert.equal(refused?.requiredScope, "custom:write");
    assert.deepEqual(errorOf(refused).data, { code: "insufficient_scope", scope: "custom:write" });
    for (const scope of ["custom:write", "custom:*", "*"]) resultOf(await answerFor([scope]));
  });
});

Deno.test("McpService.answer lists tools page by page, for clients to keep", async () => {
  const names = Array.from({ length: 1001 }, (_, index) => `t${index}`).sort();
  const tools = createToolTable(names.map((name) => toolOf(name, () => ({}))));
  await withService({ tools }, async (service) => {
    const first = resultOf(await service.answer(modern("tools/list"), new TestExchange()));
    assert.equal((first["tools"] as readonly unknown[]).length, 1000);
    assert.equal(first["ttlMs"], 60_000);
    assert.equal(first["cacheScope"], "public");
    const next = modern("tools/list", { cursor: first["nextCursor"] ?? "" });
    const second = resultOf(await service.answer(next, new TestExchange()));
    assert.deepEqual((second["tools"] as readonly { name: string }[]).map(({ name }) => name), [
      names.at(-1),
    ]);
    const bad = await service.answer(modern("tools/list", { cursor: "x" }), new TestExchange());
    assert.equal(errorOf(bad).code, -32602);
    assert.equal(codeOf(bad), "invalid_cursor");
  });
});

Deno.test("McpService.answer sends progress in order, before the result, if asked to", async () => {
  await withService({}, async (service) => {
    const call = (meta = {}) =>
      modern("tools/call", { name: "count", arguments: { to: 3 } }, { meta });
    const silent = new TestExchange();
    await service.answer(call(), silent);
    await service.answer(call({ progressToken: { no: "token" } }), silent);
    assert.deepEqual(silent.sent, []);
    const exchange = new TestExchange({ onSend: () => Promise.resolve() });
    await service.answer(call({ progressToken: "p" }), exchange);
    assert.deepEqual(
      exchange.sent,
      [1, 2, 3].map((progress) => ({
        jsonrpc: "2.0",
        method: "notifications/progress",
        params: { progressToken: "p", progress, total: 3, message: `at ${progress}` },
      })),
    );
  });
});

Deno.test("McpService.answer sends the log messages that the request wants, and none by itself", async () => {
  const tools = createToolTable([
    toolOf("talk", ({ log }) => {
      log?.({ level: "debug", data: "detail" });
      log?.({ level: "error", data: { what: "broken" }, logger: "talk" });
      return {};
    }),
  ]);
  await withService({ tools }, async (service) => {
    const silent = new TestExchange();
    await service.answer(modern("tools/call", { name: "talk" }), silent);
    assert.deepEqual(silent.sent, []);
    const exchange = new TestExchange();
    const meta = { [MetaKey.logLevel]: "warning" };
    await service.answer(modern("tools/call", { name: "talk" }, { meta }), exchange);
    assert.deepEqual(exchange.sent, [{
      jsonrpc: "2.0",
      method: "notifications/message",
      params: { level: "error", logger: "talk", data: { what: "broken" } },
    }]);
  });
});

Deno.test("McpService.answer stops the work when the caller hangs up, and answers nothing", async () => {
  const sleeper = new Sleeper();
  await withService({ tools: createSampleTable(sleeper) }, async (service, group) => {
    const exchange = new TestExchange();
    const answering = service.answer(modern("tools/call", { name: "sleep" }), exchange);
    await sleeper.started;
    assert.equal(group.statistics().running, 1);
    exchange.hangUp();
    assert.equal(await answering, undefined);
    assert.match(String(await sleeper.ended), /the caller cancelled or hung up/);
    assert.equal(group.statistics().running, 0);
    assert.equal(await service.answer(modern("server/discover"), exchange), undefined);
  });
});

Deno.test("McpService.answer tells callers that the server is stopping", async () => {
  const sleeper = new Sleeper();
  await withService({ tools: createSampleTable(sleeper) }, async (service, group) => {
    const call = modern("tools/call", { name: "sleep" });
    const answering = service.answer(call, new TestExchange());
    await sleeper.started;
    group.cancel("enough");
    assert.equal(codeOf(await answering), "server_stopping");
    assert.equal(codeOf(await service.answer(call, new TestExchange())), "server_stopping");
  });
});

Deno.test("McpService.answer refuses work when its group is over", async () => {
  let late: Promise<unknown> = Promise.resolve();
  let call: (() => Promise<unknown>) | undefined;
  await withService({}, async (service) => {
    const echo = modern("tools/call", { name: "echo", arguments: { text: "" } });
    call = async () => {
      const answer = await service.answer(echo, new TestExchange());
      assert.equal(codeOf(answer), "server_stopping");
    };
    await Promise.resolve();
  });
  late = call?.() ?? late;
  await late;
});

Deno.test("McpService.answer gives a prompt's messages, and errors that tell what to do", async () => {
  const prompt = bindPrompt({
    name: "greet",
    title: "Greet",
    description: "Greets.",
    arguments: [{ name: "name", description: "Whom.", required: true }],
    scope: "people:read",
    get: (_deps, { name }) => [
      { role: "user" as const, content: { type: "text", text: `Greet ${name}` } },
    ],
    complete: (_deps, { value }) => Array.from({ length: 130 }, (_, index) => `${value}${index}`),
  }, undefined);
  await withService({ prompts: [prompt] }, async (service) => {
    const ask = (method: string, params = {}, exchange = new TestExchange()) =>
      service.answer(modern(method, params), exchange);
    const list = resultOf(await ask("prompts/list"));
    assert.deepEqual(list["prompts"], [prompt.definition]);
    assert.equal(list["ttlMs"], 60_000);
    const got = resultOf(await ask("prompts/get", { name: "greet", arguments: { name: "Ada" } }));
    assert.deepEqual(got["messages"], [
      { role: "user", content: { type: "text", text: "Greet Ada" } },
    ]);
    assert.equal(codeOf(await ask("prompts/get", { name: "grete" })), "unknown_prompt");
    const missing = await ask("prompts/get", { name: "greet" });
    assert.equal(errorOf(missing).code, -32602);
    assert.equal(codeOf(missing), "invalid_arguments");
    const number = await ask("prompts/get", { name: "greet", arguments: { name: 5 } });
    assert.equal(codeOf(number), "invalid_params");

    const ref = { type: "ref/prompt", name: "greet" };
    const argument = { name: "name", value: "A" };
    const completed = resultOf(await ask("completion/complete", { ref, argument }));
    const completion = completed["completion"] as Record<string, unknown>;
    assert.equal((completion["values"] as readonly string[]).length, 100);
    assert.equal(completion["total"], 130);
    assert.equal(completion["hasMore"], true);

    const nobody = () => new TestExchange({ principal: { id: "n", scopes: [] } });
    const refused = await ask("prompts/get", { name: "greet" }, nobody());
    assert.equal(refused?.requiredScope, "people:read");
    const blind = await ask("completion/complete", { ref, argument }, nobody());
    assert.equal(blind?.httpStatus, 403);
  });
});
