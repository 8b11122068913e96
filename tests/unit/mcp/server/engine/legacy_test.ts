import assert from "node:assert/strict";
import { createToolTable } from "../../../../../src/mcp/tool_table.ts";
import { LEGACY_VERSIONS } from "../../../../../src/mcp/protocol/versions.ts";
import { createSampleTable, Sleeper } from "../../sample_tools.ts";
import {
  codeOf,
  errorOf,
  openInitialized,
  openTestSession,
  request,
  resultOf,
  TestExchange,
  toolOf,
  withService,
} from "./engine_fixture.ts";

Deno.test("McpSession initializes in the revision that the client wants, or the newest", async () => {
  await withService({}, async (service) => {
    for (const version of [...LEGACY_VERSIONS, "2026-07-28", "1999-01-01"]) {
      const { session, states } = openTestSession(service);
      const params = {
        protocolVersion: version,
        capabilities: { roots: {} },
        clientInfo: { a: 1 },
      };
      const answer = await session.answer(request("initialize", params), new TestExchange());
      const protocolVersion = LEGACY_VERSIONS.includes(version) ? version : "2025-11-25";
      assert.deepEqual(resultOf(answer), {
        protocolVersion,
        capabilities: { tools: { listChanged: true }, logging: {} },
        serverInfo: { name: "test-server", version: "1.2.3", title: "Test" },
        instructions: "Use it for tests.",
      });
      const state = {
        protocolVersion,
        capabilities: { roots: {} },
        clientInfo: { a: 1 },
        subscriptions: [],
      };
      assert.deepEqual(session.state, state);
      assert.deepEqual(states, [state]);
      await session[Symbol.asyncDispose]();
    }
  });
});

Deno.test("McpSession initializes once, and not without a revision or with a novel", async () => {
  await withService({}, async (service) => {
    const { session } = openTestSession(service);
    const bare = await session.answer(request("initialize", {}), new TestExchange());
    assert.equal(errorOf(bare).code, -32602);
    const wordy = { protocolVersion: "2025-11-25", clientInfo: { name: "x".repeat(70_000) } };
    const refused = await session.answer(request("initialize", wordy), new TestExchange());
    assert.equal(errorOf(refused).code, -32602);
    const initialize = request("initialize", { protocolVersion: "2025-11-25" });
    resultOf(await session.answer(initialize, new TestExchange()));
    const again = await session.answer(initialize, new TestExchange());
    assert.equal(errorOf(again).code, -32600);
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession goes on where a kept state ends", async () => {
  await withService({}, async (service) => {
    const { session, states } = openTestSession(service, {
      protocolVersion: "2025-06-18",
      capabilities: {},
      logLevel: "error",
      subscriptions: [],
    });
    const call = request("tools/call", { name: "echo", arguments: { text: "hi" } });
    assert.deepEqual(resultOf(await session.answer(call, new TestExchange())), {
      content: [{ type: "text", text: "hi" }],
      structuredContent: { text: "hi" },
    });
    const initialize = request("initialize", { protocolVersion: "2025-11-25" });
    assert.equal(errorOf(await session.answer(initialize, new TestExchange())).code, -32600);
    assert.deepEqual(states, []);
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession answers ping and logging/setLevel with nothing", async () => {
  await withService({}, async (service) => {
    const { session } = await openInitialized(service);
    const ask = (method: string, params = {}) =>
      session.answer(request(method, params), new TestExchange());
    assert.deepEqual(resultOf(await ask("ping")), {});
    assert.deepEqual(resultOf(await ask("logging/setLevel", { level: "warning" })), {});
    assert.equal(session.state.logLevel, "warning");
    assert.equal(errorOf(await ask("logging/setLevel", { level: "loud" })).code, -32602);
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession does not know methods of the modern era, and answers so with status 200", async () => {
  await withService({}, async (service) => {
    const { session } = await openInitialized(service);
    for (const method of ["server/discover", "subscriptions/listen", "unknown/method"]) {
      const answer = await session.answer(request(method), new TestExchange());
      assert.equal(errorOf(answer).code, -32601);
      assert.equal(answer?.httpStatus, 200);
    }
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession sends log messages from info on, until told otherwise", async () => {
  const tools = createToolTable([
    toolOf("talk", ({ log }) => {
      for (const level of ["debug", "info", "error"] as const) log?.({ level, data: level });
      return {};
    }),
  ]);
  await withService({ tools }, async (service) => {
    const { session } = await openInitialized(service);
    const talk = async () => {
      const exchange = new TestExchange();
      await session.answer(request("tools/call", { name: "talk" }), exchange);
      return exchange.sent.map((message) => "params" in message ? message.params?.["level"] : "");
    };
    assert.deepEqual(await talk(), ["info", "error"]);
    await session.answer(request("logging/setLevel", { level: "error" }), new TestExchange());
    assert.deepEqual(await talk(), ["error"]);
    await session.answer(request("logging/setLevel", { level: "debug" }), new TestExchange());
    assert.deepEqual(await talk(), ["debug", "info", "error"]);
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession stops the work of a request that is cancelled, and does not answer it", async () => {
  const sleeper = new Sleeper();
  await withService({ tools: createSampleTable(sleeper) }, async (service) => {
    const { session, settled } = await openInitialized(service);
    const call = request("tools/call", { name: "sleep" }, "s");
    const answering = session.answer(call, new TestExchange());
    await sleeper.started;
    assert.equal(session.inFlight, 1);
    session.notify({ jsonrpc: "2.0", method: "notifications/unheard_of" });
    session.notify({ jsonrpc: "2.0", method: "notifications/cancelled" });
    const cancel = (requestId: string | number) =>
      session.notify({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } });
    cancel("another");
    assert.equal(session.inFlight, 1);
    cancel("s");
    assert.equal(await answering, undefined);
    await sleeper.ended;
    assert.equal(session.inFlight, 0);
    assert.deepEqual(settled, [0, "s"]);
    cancel("s");
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession cancels a request whose work has not begun", async () => {
  const sleeper = new Sleeper();
  await withService({ tools: createSampleTable(sleeper) }, async (service) => {
    const { session } = await openInitialized(service);
    const answering = session.answer(
      request("tools/call", { name: "sleep" }, 5),
      new TestExchange(),
    );
    const params = { requestId: 5 };
    session.notify({ jsonrpc: "2.0", method: "notifications/cancelled", params });
    assert.equal(await answering, undefined);
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession refuses an id that is in use, and takes it again afterwards", async () => {
  const sleeper = new Sleeper();
  await withService({ tools: createSampleTable(sleeper) }, async (service) => {
    const { session } = await openInitialized(service);
    const exchange = new TestExchange();
    const answering = session.answer(request("tools/call", { name: "sleep" }, 7), exchange);
    await sleeper.started;
    const twin = await session.answer(request("ping", {}, 7), new TestExchange());
    assert.equal(errorOf(twin).code, -32600);
    assert.equal(codeOf(twin), "duplicate_id");
    // Ids are not converted: "7" is another one.
    resultOf(await session.answer(request("ping", {}, "7"), new TestExchange()));
    exchange.hangUp();
    assert.equal(await answering, undefined);
    resultOf(await session.answer(request("ping", {}, 7), new TestExchange()));
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession ends its work when it is disposed, and waits for that", async () => {
  const sleeper = new Sleeper();
  await withService({ tools: createSampleTable(sleeper) }, async (service, group) => {
    const { session } = await openInitialized(service);
    const answering = session.answer(request("tools/call", { name: "sleep" }), new TestExchange());
    await sleeper.started;
    await session[Symbol.asyncDispose]();
    assert.equal(session.inFlight, 0);
    assert.equal(await answering, undefined);
    assert.equal(group.statistics().running, 0);
    const late = await session.answer(request("tools/call", { name: "sleep" }), new TestExchange());
    assert.equal(late, undefined);
  });
});

Deno.test("McpSession that never worked costs no task group", async () => {
  await withService({}, async (service, group) => {
    const { session } = await openInitialized(service);
    await session.answer(request("tools/list"), new TestExchange());
    assert.equal(group.statistics().spawned, 0);
    await session[Symbol.asyncDispose]();
    assert.equal(group.statistics().spawned, 0);
  });
});

Deno.test("McpSession tells its client that the server is stopping", async () => {
  const sleeper = new Sleeper();
  await withService({ tools: createSampleTable(sleeper) }, async (service, group) => {
    const { session } = await openInitialized(service);
    const answering = session.answer(request("tools/call", { name: "sleep" }), new TestExchange());
    await sleeper.started;
    group.cancel("enough");
    assert.equal(codeOf(await answering), "server_stopping");
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession opened in a group that is ending tells so", async () => {
  await withService({}, async (service, group) => {
    group.cancel("enough");
    const { session } = await openInitialized(service);
    const call = request("tools/call", { name: "echo", arguments: { text: "" } });
    assert.equal(codeOf(await session.answer(call, new TestExchange())), "server_stopping");
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpService.answerSessionless serves clients that open no session", async () => {
  await withService({}, async (service) => {
    const ask = (method: string, params = {}) =>
      service.answerSessionless(request(method, params), new TestExchange());
    assert.equal(
      resultOf(await ask("initialize", { protocolVersion: "2025-03-26" }))["protocolVersion"],
      "2025-03-26",
    );
    const called = resultOf(await ask("tools/call", { name: "echo", arguments: { text: "hi" } }));
    assert.deepEqual(called["structuredContent"], { text: "hi" });
    assert.deepEqual(resultOf(await ask("ping")), {});
    assert.deepEqual(resultOf(await ask("logging/setLevel", { level: "info" })), {});
    assert.equal(errorOf(await ask("server/discover")).code, -32601);
  });
});

Deno.test("McpService.answerSessionless gives tools nobody to ask", async () => {
  const tools = createToolTable([
    toolOf("ask", (context) => ({ canAsk: context.input !== undefined })),
  ]);
  await withService({ tools }, async (service) => {
    const call = request("tools/call", { name: "ask" });
    const answer = await service.answerSessionless(call, new TestExchange());
    assert.deepEqual(resultOf(answer)["structuredContent"], { canAsk: false });
  });
});

Deno.test("McpService gives structure that is no object to clients of the modern era only", async () => {
  const list = toolOf("list", () => ({}));
  const run = () => Promise.resolve({ value: [1, 2], text: "1, 2" });
  const tools = createToolTable([{ ...list, run, definition: list.definition }]);
  await withService({ tools }, async (service) => {
    const call = request("tools/call", { name: "list" });
    const answer = await service.answerSessionless(call, new TestExchange());
    assert.deepEqual(resultOf(answer), { content: [{ type: "text", text: "1, 2" }] });
  });
});

Deno.test("McpSession has a bounded number of requests without an answer", async () => {
  const tools = createToolTable([
    toolOf("stay", ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      })),
  ]);
  await withService({ tools }, async (service) => {
    const { session } = await openInitialized(service);
    const call = (id: number) =>
      session.answer(request("tools/call", { name: "stay" }, id), new TestExchange());
    const running = Array.from({ length: 1024 }, (_, id) => call(id));
    assert.equal(codeOf(await call(1024)), "too_many_requests");
    for (const requestId of [5, 1023, 0]) {
      session.notify({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } });
      assert.equal(await running[requestId], undefined);
    }
    assert.equal(session.inFlight, 1021);
    assert.equal(codeOf(await call(700)), "duplicate_id");
    resultOf(await session.answer(request("ping", {}, 5), new TestExchange()));
    await session[Symbol.asyncDispose]();
    for (const answer of await Promise.all(running)) assert.equal(answer, undefined);
  });
});
