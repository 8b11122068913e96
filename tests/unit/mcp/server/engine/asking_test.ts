import assert from "node:assert/strict";
import type { JsonObject } from "../../../../../src/codec/mod.ts";
import { FakeClock, runTaskGroup } from "../../../../../src/concurrency/mod.ts";
import { bindPrompt } from "../../../../../src/mcp/bind_prompt.ts";
import type { JsonRpcMessage, JsonRpcRequest } from "../../../../../src/mcp/protocol/message.ts";
import type { ResourceProvider } from "../../../../../src/mcp/resource.ts";
import type { McpSession } from "../../../../../src/mcp/server/engine/mcp_service.ts";
import { createToolTable } from "../../../../../src/mcp/tool_table.ts";
import {
  codeOf,
  elicit,
  errorOf,
  inputOf,
  modern,
  openInitialized,
  request,
  resultOf,
  TestExchange,
  textOf,
  toolOf,
  withService,
} from "./engine_fixture.ts";

const CAPABILITIES = { elicitation: {}, sampling: {}, roots: {} };

/** Asks for a first name, then for a last name, and greets. */
const greet = toolOf("greet", (context) => {
  const input = inputOf(context);
  const { first, last } = input.answers;
  if (first === undefined) input.require({ questions: { first: elicit("First name?") } });
  if (last === undefined) {
    input.require({ questions: { last: elicit("Last name?") }, state: { step: 2 } });
  }
  const names = [first, last].map((answer) => (answer?.["content"] as JsonObject)["name"]);
  return { greeting: `Hello ${names.join(" ")}`, state: input.state ?? null };
});

const sample = toolOf("sample", (context) =>
  inputOf(context).require({
    questions: {
      text: { method: "sampling/createMessage", params: { messages: [], maxTokens: 5 } },
    },
  }));

const later = toolOf("later", (context) => {
  const { state } = inputOf(context);
  if (state === "ready") return { done: true };
  return inputOf(context).require({ questions: {}, state: "ready" });
});

const endless = toolOf(
  "endless",
  (context) => inputOf(context).require({ questions: { again: elicit("Again?") } }),
);

const TOOLS = createToolTable([greet, sample, later, endless]);

function accept(name: string): JsonObject {
  return { action: "accept", content: { name } };
}

function callModern(name: string, extra: JsonObject = {}, capabilities: JsonObject = CAPABILITIES) {
  return modern("tools/call", { name, ...extra }, { capabilities });
}

Deno.test("McpService asks a modern client by results, round by round", async () => {
  await withService({ tools: TOOLS }, async (service) => {
    const round = async (extra: JsonObject = {}) =>
      resultOf(await service.answer(callModern("greet", extra), new TestExchange()));
    const first = await round();
    assert.equal(first["resultType"], "input_required");
    assert.deepEqual(first["inputRequests"], { first: elicit("First name?") });
    assert.equal(first["requestState"], undefined);
    const second = await round({ inputResponses: { first: accept("Ada") } });
    assert.deepEqual(second["inputRequests"], { last: elicit("Last name?") });
    const requestState = second["requestState"];
    assert.equal(typeof requestState, "string");
    assert.doesNotMatch(String(requestState), /Ada/);
    const third = await round({
      inputResponses: { last: accept("Lovelace"), unasked: accept("x") },
      requestState: requestState ?? "",
    });
    assert.equal(third["resultType"], "complete");
    assert.deepEqual(third["structuredContent"], {
      greeting: "Hello Ada Lovelace",
      state: { step: 2 },
    });
  });
});

Deno.test("McpService takes a request state for its own request, principal and arguments only", async () => {
  await withService({ tools: TOOLS }, async (service) => {
    const inputResponses = { first: accept("Ada") };
    const asked = await service.answer(callModern("greet", { inputResponses }), new TestExchange());
    const requestState = String(resultOf(asked)["requestState"]);
    const tampered = `${requestState.slice(0, 30)}${requestState[30] === "A" ? "B" : "A"}${
      requestState.slice(31)
    }`;
    const attempts: readonly (readonly [JsonRpcRequest, TestExchange])[] = [
      [callModern("greet", { requestState: tampered }), new TestExchange()],
      [callModern("greet", { requestState: "" }), new TestExchange()],
      [callModern("greet", { requestState: "????" }), new TestExchange()],
      [callModern("greet", { requestState: "A".repeat(2_000_000) }), new TestExchange()],
      [callModern("sample", { requestState }), new TestExchange()],
      [callModern("greet", { requestState, arguments: { a: 1 } }), new TestExchange()],
      [
        callModern("greet", { requestState }),
        new TestExchange({ principal: { id: "eve", scopes: ["*"] } }),
      ],
    ];
    for (const [asking, exchange] of attempts) {
      const answer = await service.answer(asking, exchange);
      assert.equal(errorOf(answer).code, -32602);
      assert.equal(codeOf(answer), "invalid_request_state");
    }
    resultOf(await service.answer(callModern("greet", { requestState }), new TestExchange()));
  });
});

Deno.test("McpService lets request states expire after ten minutes", async () => {
  const clock = new FakeClock();
  await withService({ tools: TOOLS, clock }, async (service) => {
    const asked = await service.answer(callModern("later"), new TestExchange());
    const retry = callModern("later", { requestState: resultOf(asked)["requestState"] ?? "" });
    await clock.advance(10 * 60_000);
    const answer = await service.answer(retry, new TestExchange());
    assert.deepEqual(resultOf(answer)["structuredContent"], { done: true });
    await clock.advance(1);
    const late = await service.answer(retry, new TestExchange());
    assert.equal(codeOf(late), "invalid_request_state");
    assert.match(errorOf(late).message, /has expired/);
  });
});

Deno.test("McpService refuses answers of a modern client that are no answers", async () => {
  await withService({ tools: TOOLS }, async (service) => {
    const bad: readonly JsonObject[] = [
      { inputResponses: { first: 12345 } },
      { inputResponses: null },
      { inputResponses: [] },
      { requestState: 5 },
    ];
    for (const extra of bad) {
      const answer = await service.answer(callModern("greet", extra), new TestExchange());
      assert.equal(errorOf(answer).code, -32602);
    }
  });
});

Deno.test("McpService asks no modern client for what it has not declared", async () => {
  const url = { ...elicit("Go there"), params: { mode: "url", message: "Go", url: "https://x" } };
  const withTools = {
    method: "sampling/createMessage",
    params: { messages: [], maxTokens: 1, tools: [] },
  } as const;
  const asking = toolOf("several", (context) =>
    inputOf(context).require({
      questions: { url, withTools, roots: { method: "roots/list" }, form: elicit("Fill in") },
    }));
  const tools = createToolTable([asking, sample]);
  await withService({ tools }, async (service) => {
    const missing = async (name: string, capabilities: JsonObject) => {
      const answer = await service.answer(callModern(name, {}, capabilities), new TestExchange());
      assert.equal(answer?.httpStatus, 400);
      assert.equal(errorOf(answer).code, -32021);
      return (errorOf(answer).data as JsonObject)["requiredCapabilities"];
    };
    assert.deepEqual(await missing("sample", {}), { sampling: {} });
    assert.deepEqual(await missing("several", {}), {
      elicitation: { url: {}, form: {} },
      sampling: { tools: {} },
      roots: {},
    });
    assert.deepEqual(
      await missing("several", { elicitation: {}, sampling: { tools: {} }, roots: {} }),
      { elicitation: { url: {} } },
    );
    const all = { elicitation: { url: {}, form: {} }, sampling: { tools: {} }, roots: {} };
    const answer = await service.answer(callModern("several", {}, all), new TestExchange());
    assert.equal(resultOf(answer)["resultType"], "input_required");
  });
});

Deno.test("McpService asks for prompts and resources, too, and says nothing of caching then", async () => {
  const prompt = bindPrompt({
    name: "p",
    title: "P",
    description: "P.",
    arguments: [],
    get: (_deps, _args, { input }) => input?.require({ questions: { q: elicit("?") } }) ?? [],
  }, undefined);
  const provider: ResourceProvider = {
    templates: [],
    scope: "r:read",
    list: () => Promise.resolve({ resources: [] }),
    read: (_uri, { input }) => Promise.resolve(input?.require({ questions: { q: elicit("?") } })),
  };
  await withService({ prompts: [prompt], resources: [provider] }, async (service) => {
    for (
      const asking of [
        modern("prompts/get", { name: "p" }, { capabilities: CAPABILITIES }),
        modern("resources/read", { uri: "r:1" }, { capabilities: CAPABILITIES }),
      ]
    ) {
      const result = resultOf(await service.answer(asking, new TestExchange()));
      assert.equal(result["resultType"], "input_required");
      assert.equal("ttlMs" in result, false);
    }
  });
});

/** Answers every question of a session as told. */
function answering(
  getSession: () => McpSession,
  reply: (message: JsonRpcRequest) => JsonObject | undefined,
): TestExchange {
  return new TestExchange({
    onSend: (message) => {
      if (!("method" in message) || !("id" in message)) return;
      const body = reply(message);
      if (body === undefined) return;
      getSession().resolve({ jsonrpc: "2.0", id: message.id, ...body } as never);
    },
  });
}

function methodsOf(messages: readonly JsonRpcMessage[]): readonly string[] {
  return messages.map((message) => "method" in message ? message.method : "response");
}

Deno.test("McpSession asks its client by requests, round by round", async () => {
  await withService({ tools: TOOLS }, async (service) => {
    const { session } = await openInitialized(service, CAPABILITIES);
    const names = ["Ada", "Lovelace"];
    const exchange = answering(() => session, () => ({ result: accept(names.shift() ?? "") }));
    const answer = await session.answer(request("tools/call", { name: "greet" }), exchange);
    assert.deepEqual(resultOf(answer)["structuredContent"], {
      greeting: "Hello Ada Lovelace",
      state: { step: 2 },
    });
    assert.deepEqual(methodsOf(exchange.sent), ["elicitation/create", "elicitation/create"]);
    const ids = exchange.sent.map((message) => "id" in message ? message.id : "");
    assert.equal(new Set(ids).size, 2);
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession makes a failed call of a client that refuses, cannot be asked or asks for ever", async () => {
  await withService({ tools: TOOLS }, async (service) => {
    const { session } = await openInitialized(service, { elicitation: {} });
    const call = async (name: string, reply: JsonObject) => {
      const exchange = answering(() => session, () => reply);
      const answer = await session.answer(request("tools/call", { name }), exchange);
      assert.equal(resultOf(answer)["isError"], true);
      return { text: String(textOf(answer)), sent: exchange.sent.length };
    };
    const error = { error: { code: -1, message: "no" } };
    assert.match((await call("greet", error)).text, /^caller_refused: .*error -1/);
    const unable = await call("sample", error);
    assert.match(unable.text, /^caller_refused: .*has not declared/);
    assert.equal(unable.sent, 0);
    const forever = await call("endless", { result: accept("x") });
    assert.match(forever.text, /^caller_refused: .*asked 8 times already/);
    assert.equal(forever.sent, 8);
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession waits ten minutes for an answer, then takes the question back", async () => {
  const clock = new FakeClock();
  await withService({ tools: TOOLS, clock }, async (service) => {
    const { session } = await openInitialized(service, CAPABILITIES);
    const asked = Promise.withResolvers<void>();
    const exchange = answering(() => session, () => void asked.resolve());
    const calling = session.answer(request("tools/call", { name: "greet" }), exchange);
    await asked.promise;
    await clock.advance(10 * 60_000);
    assert.match(String(textOf(await calling)), /did not answer in time/);
    assert.deepEqual(methodsOf(exchange.sent), ["elicitation/create", "notifications/cancelled"]);
    const [question, cancelled] = exchange.sent;
    assert.ok(question !== undefined && "id" in question);
    assert.ok(cancelled !== undefined && "params" in cancelled);
    assert.equal(cancelled.params?.["requestId"], question.id);
    // A late answer is nobody's.
    session.resolve({ jsonrpc: "2.0", id: question.id ?? "", result: {} });
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession takes its question back when the request is cancelled", async () => {
  await withService({ tools: TOOLS }, async (service) => {
    const { session } = await openInitialized(service, CAPABILITIES);
    const asked = Promise.withResolvers<void>();
    const exchange = answering(() => session, () => void asked.resolve());
    const calling = session.answer(request("tools/call", { name: "greet" }, 5), exchange);
    await asked.promise;
    const params = { requestId: 5 };
    session.notify({ jsonrpc: "2.0", method: "notifications/cancelled", params });
    assert.equal(await calling, undefined);
    assert.deepEqual(methodsOf(exchange.sent), ["elicitation/create", "notifications/cancelled"]);
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession comes back by itself to work that only wants to go on later", async () => {
  const clock = new FakeClock();
  await withService({ tools: TOOLS, clock }, async (service) => {
    const { session } = await openInitialized(service);
    const calling = session.answer(request("tools/call", { name: "later" }), new TestExchange());
    await runTaskGroup(async (group) => {
      group.spawn("time", async (signal) => {
        while (!signal.aborted) await clock.advance(50);
      });
      assert.deepEqual(resultOf(await calling)["structuredContent"], { done: true });
      group.cancel();
    });
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession gives what a user does at a URL an id", async () => {
  const visit = toolOf("visit", (context) => {
    const input = inputOf(context);
    if (input.answers["go"] !== undefined) return { went: true };
    const params = { mode: "url", message: "Go", url: "https://example.com" };
    return input.require({ questions: { go: { method: "elicitation/create", params } } });
  });
  await withService({ tools: createToolTable([visit]) }, async (service) => {
    const { session } = await openInitialized(service, { elicitation: { url: {} } });
    const exchange = answering(() => session, () => ({ result: { action: "accept" } }));
    resultOf(await session.answer(request("tools/call", { name: "visit" }), exchange));
    const [question] = exchange.sent;
    assert.ok(question !== undefined && "params" in question);
    assert.equal(typeof question.params?.["elicitationId"], "string");
    await session[Symbol.asyncDispose]();
  });
});

Deno.test("McpSession ignores answers to what it has not asked", async () => {
  await withService({}, async (service) => {
    const { session } = await openInitialized(service);
    session.resolve({ jsonrpc: "2.0", id: 1, result: {} });
    session.resolve({ jsonrpc: "2.0", id: null, error: { code: 1, message: "" } });
    resultOf(await session.answer(request("ping"), new TestExchange()));
    await session[Symbol.asyncDispose]();
  });
});
