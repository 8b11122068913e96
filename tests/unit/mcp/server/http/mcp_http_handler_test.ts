import assert from "node:assert/strict";
import type { JsonValue } from "../../../../../src/codec/mod.ts";
import {
  CancelReason,
  FakeClock,
  runTaskGroup,
  type TaskGroup,
} from "../../../../../src/concurrency/mod.ts";
import { createToolTable } from "../../../../../src/mcp/tool_table.ts";
import type { McpFetchOptions } from "../../../../../src/mcp/server/http/mcp_fetch_handler.ts";
import type { McpHttpDeps } from "../../../../../src/mcp/server/http/mcp_http.ts";
import { McpHttpHandler } from "../../../../../src/mcp/server/http/mcp_http_handler.ts";
import { MemoryLogger } from "../../sample_tools.ts";
import { done, FakeService, FakeSessions, progress, untilCancelled } from "./fake_service.ts";

interface Bench {
  readonly group: TaskGroup;
  readonly handler: McpHttpHandler;
  readonly clock: FakeClock;
  readonly sessions: FakeSessions;
  readonly logger: MemoryLogger;
}

async function withHandler(
  service: FakeService,
  body: (bench: Bench) => Promise<void>,
  options: Partial<Omit<McpHttpDeps, "clock">> & { readonly clock?: FakeClock } = {},
): Promise<void> {
  const { clock = new FakeClock() } = options;
  const logger = new MemoryLogger();
  const sessions = new FakeSessions();
  await runTaskGroup(async (group) => {
    const handler = new McpHttpHandler({
      group,
      service,
      sessions,
      tools: createToolTable([]),
      modernOnly: false,
      maxBodyBytes: 10_000,
      bodyTimeoutMs: 1_000,
      sseAfterMs: 250,
      keepAliveMs: undefined,
      maxResultBytes: 10_000,
      logger,
      clock,
      ...options,
    });
    await body({ group, handler, clock, sessions, logger });
    await handler.close();
  });
  assert.equal(clock.pendingTimers, 0);
}

const BOTH = "application/json, text/event-stream";
const VERSION = "2026-07-28";
const META = {
  "io.modelcontextprotocol/protocolVersion": VERSION,
  "io.modelcontextprotocol/clientCapabilities": {},
};

interface Posting extends McpFetchOptions {
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function toRequest(body: JsonValue, { accept = BOTH, headers = {} }: Posting = {}): Request {
  return new Request("http://localhost/mcp", {
    method: "POST",
    headers: { "content-type": "application/json", accept, ...headers },
    body: JSON.stringify(body),
  });
}

/** Post a request of the legacy era that belongs to no session. */
function call(handler: McpHttpHandler, posting: Posting = {}): Promise<Response> {
  return handler.fetch(toRequest({ jsonrpc: "2.0", id: 1, method: "work" }, posting), posting);
}

function callModern(
  handler: McpHttpHandler,
  posting: Posting & { readonly method?: string } = {},
): Promise<Response> {
  const { method = "work" } = posting;
  const headers = { "mcp-protocol-version": VERSION, "mcp-method": method, ...posting.headers };
  const message = { jsonrpc: "2.0", id: 1, method, params: { _meta: META } } as const;
  return handler.fetch(toRequest(message, { ...posting, headers }), posting);
}

async function eventsOf(response: Response): Promise<readonly unknown[]> {
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const events = (await response.text()).split("\n\n").slice(0, -1);
  return events.map((event) => JSON.parse(event.replace(/^data: /, "")));
}

const RESULT = { jsonrpc: "2.0", id: 1, result: { ok: true } };

Deno.test("McpHttpHandler answers at once in JSON, and does not watch the connection for it", async () => {
  const service = new FakeService(async ({ id }) => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    return done(id, { ok: true });
  });
  await withHandler(service, async ({ handler, clock }) => {
    const watched = {
      get signal(): AbortSignal {
        throw new Error("nobody should look");
      },
    };
    const message = { jsonrpc: "2.0", id: 1, method: "work" };
    const response = await handler.fetch(toRequest(message), watched);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.deepEqual(await response.json(), RESULT);
    assert.equal(clock.pendingTimers, 0);
    assert.deepEqual(handler.statistics(), { running: 0, sessions: 0, streams: 0 });
  });
});

Deno.test("McpHttpHandler answers in JSON within the time for it, and in a stream after", async () => {
  for (const [delayMs, type] of [[249, "application/json"], [251, "text/event-stream"]] as const) {
    const clock = new FakeClock();
    const service = new FakeService(async ({ id }) => {
      await clock.sleep(delayMs);
      return done(id, { ok: true });
    });
    await withHandler(service, async ({ handler }) => {
      const calling = call(handler);
      await clock.advance(249);
      await clock.advance(1);
      if (delayMs > 250) assert.equal(handler.statistics().running, 1);
      const response = await calling;
      await clock.advance(10);
      assert.equal(response.headers.get("content-type"), type);
      const text = await response.text();
      assert.deepEqual(JSON.parse(text.replace(/^data: /, "")), RESULT);
      assert.equal(handler.statistics().running, 0);
    }, { clock });
  }
});

Deno.test("McpHttpHandler begins a stream with the first news, and keeps their order", async () => {
  const service = new FakeService(async ({ id }, exchange) => {
    await exchange.send(progress(1));
    await exchange.send(progress(2));
    return done(id, { ok: true });
  });
  await withHandler(service, async ({ handler }) => {
    for (const calling of [call(handler), callModern(handler)]) {
      assert.deepEqual(await eventsOf(await calling), [progress(1), progress(2), RESULT]);
    }
  });
});

Deno.test("McpHttpHandler answers in the form that a client accepts", async () => {
  const service = new FakeService(async ({ id, method }, exchange) => {
    if (method === "work") await exchange.send(progress(1));
    return done(id, { ok: true });
  });
  await withHandler(service, async ({ handler }) => {
    for (const accept of ["application/json", "*/*", "text/html"]) {
      const response = await call(handler, { accept });
      assert.deepEqual(await response.json(), RESULT);
    }
    const onlyStream = { accept: "text/event-stream" };
    assert.deepEqual(await eventsOf(await call(handler, onlyStream)), [progress(1), RESULT]);
    const quick = toRequest({ jsonrpc: "2.0", id: 1, method: "quick" }, onlyStream);
    assert.deepEqual(await eventsOf(await handler.fetch(quick)), [RESULT]);
  });
});

Deno.test("McpHttpHandler waits as long as it takes for a client that reads no streams", async () => {
  const clock = new FakeClock();
  const service = new FakeService(async ({ id }) => {
    await clock.sleep(60_000);
    return done(id, { ok: true });
  });
  await withHandler(service, async ({ handler }) => {
    const calling = call(handler, { accept: "application/json" });
    await clock.advance(60_000);
    assert.deepEqual(await (await calling).json(), RESULT);
  }, { clock });
});

Deno.test("McpHttpHandler cancels when the client hangs up before the response, without a session", async () => {
  for (const post of [call, callModern]) {
    for (const accept of [BOTH, "application/json"]) {
      const reasons: unknown[] = [];
      const service = new FakeService(async (_request, exchange) => {
        reasons.push(await untilCancelled(exchange));
        return undefined;
      });
      await withHandler(service, async ({ handler, clock }) => {
        const controller = new AbortController();
        const calling = post(handler, { accept, signal: controller.signal });
        await clock.advance(0);
        const gone = new Error("gone");
        controller.abort(gone);
        assert.equal((await calling).status, 499);
        assert.deepEqual(reasons, [gone]);
        assert.deepEqual(handler.statistics().running, 0);
      });
    }
  }
});

Deno.test("McpHttpHandler cancels when the client hangs up on the stream", async () => {
  for (const post of [call, callModern]) {
    const ended = Promise.withResolvers<unknown>();
    const service = new FakeService(async (_request, exchange) => {
      await exchange.send(progress(1));
      ended.resolve(await untilCancelled(exchange));
      return undefined;
    });
    await withHandler(service, async ({ handler, clock }) => {
      const response = await post(handler);
      await clock.advance(0);
      await response.body?.cancel();
      assert.match(String(await ended.promise), /the client has hung up/);
    });
  }
});

Deno.test("McpHttpHandler lets work go on that sends to a client that does not read", async () => {
  const sent = Promise.withResolvers<void>();
  const service = new FakeService(async (_request, exchange) => {
    const params = { text: "x".repeat(100_000) };
    const sending = exchange.send({ jsonrpc: "2.0", method: "notifications/message", params });
    await untilCancelled(exchange);
    await sending;
    sent.resolve();
    return undefined;
  });
  await withHandler(service, async ({ handler, group }) => {
    const response = await call(handler);
    group.cancel("the node is stopping");
    await sent.promise;
    await response.text();
  });
});

Deno.test("McpHttpHandler tells clients that are still there that the server stops", async () => {
  const stop = new CancelReason("shutdown", { scope: "http server" });
  const stopping = { code: -32603, data: { code: "server_stopping" } };
  for (const accept of [BOTH, "application/json"]) {
    const service = new FakeService(async (_request, exchange) => {
      await exchange.send(progress(1));
      await untilCancelled(exchange);
      return undefined;
    });
    await withHandler(service, async ({ handler, clock }) => {
      const controller = new AbortController();
      const calling = call(handler, { accept, signal: controller.signal });
      await clock.advance(0);
      controller.abort(stop);
      const response = await calling;
      if (accept !== BOTH) {
        assert.equal(response.status, 503);
        await response.body?.cancel();
        return;
      }
      const [, last] = await eventsOf(response);
      assert.partialDeepStrictEqual(last, { id: 1, error: stopping });
    });
  }
});

Deno.test("McpHttpHandler ends streams with its group, and tells why", async () => {
  const service = new FakeService(async (_request, exchange) => {
    await exchange.send(progress(1));
    await untilCancelled(exchange);
    return undefined;
  });
  await withHandler(service, async ({ handler, group }) => {
    const response = await call(handler);
    group.cancel("the node is stopping");
    const [, last] = await eventsOf(response);
    assert.partialDeepStrictEqual(last, { error: { data: { code: "server_stopping" } } });
    const late = await call(handler);
    assert.equal(late.status, 503);
    await late.body?.cancel();
  });
});

Deno.test("McpHttpHandler.close ends subscriptions in good order, cancels the rest, and waits", async () => {
  const closing = Promise.withResolvers<void>();
  let isDone = false;
  const service = new FakeService(async ({ id, method }, exchange) => {
    await exchange.send(progress(1));
    if (method === "subscriptions/listen") {
      await closing.promise;
      return done(id, { ok: true });
    }
    const reason = await untilCancelled(exchange);
    isDone = reason instanceof CancelReason && reason.source === "shutdown";
    return undefined;
  });
  service.onClose = closing.resolve;
  await withHandler(service, async ({ handler, sessions, clock }) => {
    const listening = await callModern(handler, { method: "subscriptions/listen" });
    const working = await callModern(handler);
    await clock.advance(0);
    assert.equal(handler.statistics().running, 2);
    await handler.close();
    assert.equal(isDone, true);
    assert.equal(sessions.isDisposed, true);
    assert.deepEqual(await eventsOf(listening), [progress(1), RESULT]);
    const [, last] = await eventsOf(working);
    assert.partialDeepStrictEqual(last, { error: { data: { code: "server_stopping" } } });
    assert.equal((await call(handler)).status, 503);
    await handler.close();
  });
});

Deno.test("McpHttpHandler.drain ends subscriptions and lets calls finish", async () => {
  const closing = Promise.withResolvers<void>();
  const finishing = Promise.withResolvers<void>();
  const service = new FakeService(async ({ id, method }, exchange) => {
    await exchange.send(progress(1));
    await (method === "subscriptions/listen" ? closing : finishing).promise;
    return done(id, { ok: true });
  });
  service.onClose = closing.resolve;
  await withHandler(service, async ({ handler, sessions }) => {
    const listening = await callModern(handler, { method: "subscriptions/listen" });
    const working = await callModern(handler);
    handler.drain();
    assert.deepEqual([sessions.isDrained, sessions.isDisposed], [true, false]);
    assert.deepEqual(await eventsOf(listening), [progress(1), RESULT]);
    finishing.resolve();
    assert.deepEqual(await eventsOf(working), [progress(1), RESULT]);
  });
});

Deno.test("McpHttpHandler refuses a subscription to a client that reads no streams", async () => {
  const service = new FakeService(async ({ id }, exchange) => {
    await exchange.send(progress(1));
    return done(id, { ok: true });
  });
  await withHandler(service, async ({ handler }) => {
    const method = "subscriptions/listen";
    const refused = await callModern(handler, { method, accept: "application/json" });
    assert.equal(refused.status, 406);
    assert.equal((await refused.json()).id, 1);
    for (const accept of ["*/*", "text/event-stream", BOTH]) {
      const response = await callModern(handler, { method, accept });
      assert.deepEqual(await eventsOf(response), [progress(1), RESULT]);
    }
  });
});

Deno.test("McpHttpHandler checks the headers of the modern era before anything is done", async () => {
  const service = new FakeService();
  await withHandler(service, async ({ handler }) => {
    const wrong: readonly Readonly<Record<string, string>>[] = [
      { "mcp-method": "other" },
      { "mcp-method": "WORK" },
      { "mcp-protocol-version": "2025-11-25" },
    ];
    for (const headers of wrong) {
      const response = await callModern(handler, { headers });
      assert.equal(response.status, 400);
      assert.partialDeepStrictEqual(await response.json(), { id: 1, error: { code: -32020 } });
    }
    assert.deepEqual(service.asked, []);
  });
});

Deno.test("McpHttpHandler passes the status of an answer on, and the scope that was missing", async () => {
  const service = new FakeService(({ id }) => ({
    message: { jsonrpc: "2.0", id, error: { code: -32003, message: "no" } },
    httpStatus: 403,
    requiredScope: "tasks:write",
  }));
  await withHandler(service, async ({ handler }) => {
    for (const accept of [BOTH, "text/event-stream"]) {
      const response = await callModern(handler, { accept });
      assert.equal(response.status, 403);
      assert.equal(
        response.headers.get("www-authenticate"),
        'Bearer error="insufficient_scope", scope="tasks:write"',
      );
      assert.equal((await response.json()).error.code, -32003);
    }
  });
});

Deno.test("McpHttpHandler replaces results that are too large", async () => {
  const service = new FakeService(async ({ id, method }, exchange) => {
    if (method === "work") await exchange.send(progress(1));
    return done(id, { text: "x".repeat(20_000) });
  });
  await withHandler(service, async ({ handler }) => {
    const tooLarge = { id: 1, error: { data: { code: "result_too_large" } } };
    const [, last] = await eventsOf(await callModern(handler));
    assert.partialDeepStrictEqual(last, tooLarge);
    const quick = await callModern(handler, { method: "quick" });
    assert.partialDeepStrictEqual(await quick.json(), tooLarge);
  });
});

Deno.test("McpHttpHandler survives a service that throws, and says nothing of it", async () => {
  const service = new FakeService(() => {
    throw new Error("password is hunter2");
  });
  await withHandler(service, async ({ handler, logger }) => {
    const response = await call(handler);
    assert.equal(response.status, 500);
    const text = await response.text();
    assert.match(text, /internal_error/);
    assert.doesNotMatch(text, /hunter2/);
    assert.equal(logger.failures.length, 1);
  });
});

Deno.test("McpHttpHandler gives sessions to their keeper, with everything that it needs", async () => {
  const service = new FakeService();
  await withHandler(service, async ({ handler, sessions }) => {
    const principal = { id: "laptop", scopes: ["*"] };
    const { signal } = new AbortController();
    const list = { jsonrpc: "2.0", id: 2, method: "tools/list" };
    const inSession = { headers: { "mcp-session-id": "abc" } };
    const requests = [
      toRequest({ jsonrpc: "2.0", id: 1, method: "initialize" }),
      toRequest(list, inSession),
      toRequest([list], inSession),
      new Request("http://localhost/mcp", inSession),
      new Request("http://localhost/mcp", { method: "DELETE", ...inSession }),
    ];
    for (const request of requests) {
      const response = await handler.fetch(request, { principal, signal });
      assert.equal(await response.text(), "from a session");
    }
    assert.deepEqual(
      sessions.requests.map(({ method, messages, isBatch }) => [method, messages.length, isBatch]),
      [
        ["POST", 1, false],
        ["POST", 1, false],
        ["POST", 1, true],
        ["GET", 0, false],
        ["DELETE", 0, false],
      ],
    );
    for (const request of sessions.requests) {
      assert.equal(request.principal, principal);
      assert.equal(request.signal, signal);
    }
    assert.equal(sessions.requests[1]?.headers.get("mcp-session-id"), "abc");
    assert.deepEqual(service.asked, []);
    assert.equal(handler.statistics().sessions, 5);
  });
});

Deno.test("McpHttpHandler has no sessions for modern clients, whatever they send", async () => {
  const service = new FakeService();
  await withHandler(service, async ({ handler, sessions }) => {
    const response = await callModern(handler, { headers: { "mcp-session-id": "abc" } });
    assert.equal(response.status, 200);
    await response.body?.cancel();
    for (const method of ["GET", "DELETE"]) {
      const headers = { "mcp-session-id": "abc", "mcp-protocol-version": VERSION };
      const refused = await handler.fetch(new Request("http://localhost/mcp", { method, headers }));
      assert.equal(refused.status, 405);
      await refused.body?.cancel();
    }
    assert.deepEqual(sessions.requests, []);
    assert.deepEqual(service.asked, ["modern work"]);
  });
});

Deno.test("McpHttpHandler refuses a revision that nobody speaks, also without a body", async () => {
  await withHandler(new FakeService(), async ({ handler, sessions }) => {
    for (const method of ["GET", "DELETE"]) {
      const headers = { "mcp-session-id": "abc", "mcp-protocol-version": "1999-01-01" };
      const response = await handler.fetch(
        new Request("http://localhost/mcp", { method, headers }),
      );
      assert.equal(response.status, 400);
      const { error } = await response.json();
      assert.equal(error.code, -32022);
      assert.equal(error.data.requested, "1999-01-01");
    }
    assert.deepEqual(sessions.requests, []);
  });
});

Deno.test("McpHttpHandler answers 405 to all but POST where no session is named", async () => {
  await withHandler(new FakeService(), async ({ handler }) => {
    for (const method of ["GET", "DELETE", "PUT"]) {
      const response = await handler.fetch(new Request("http://localhost/mcp", { method }));
      assert.equal(response.status, 405);
      assert.equal(response.headers.get("allow"), "POST");
      await response.body?.cancel();
    }
  });
});

Deno.test("McpHttpHandler answers legacy requests without a session by themselves", async () => {
  const service = new FakeService();
  await withHandler(service, async ({ handler, sessions }) => {
    const response = await call(handler);
    assert.deepEqual((await response.json()).result, { method: "work" });
    assert.deepEqual(service.asked, ["legacy work"]);
    assert.deepEqual(sessions.requests, []);
  });
  const alone = new FakeService();
  await withHandler(alone, async ({ handler }) => {
    const headers = { "mcp-session-id": "abc" };
    const initialize = { jsonrpc: "2.0", id: 1, method: "initialize" };
    await (await handler.fetch(toRequest(initialize))).body?.cancel();
    await (await call(handler, { headers })).body?.cancel();
    const stream = await handler.fetch(new Request("http://localhost/mcp", { headers }));
    assert.equal(stream.status, 405);
    await stream.body?.cancel();
    assert.deepEqual(alone.asked, ["legacy initialize", "legacy work"]);
    assert.deepEqual(handler.statistics(), { running: 0, sessions: 0, streams: 0 });
  }, { sessions: undefined });
});

Deno.test("McpHttpHandler takes notifications without an answer, and no stray responses", async () => {
  const service = new FakeService();
  await withHandler(service, async ({ handler }) => {
    const notification = { jsonrpc: "2.0", method: "notifications/initialized" };
    const modern = { headers: { "mcp-protocol-version": VERSION } };
    for (
      const request of [
        toRequest(notification),
        toRequest(notification, modern),
        toRequest([notification, notification]),
      ]
    ) {
      const response = await handler.fetch(request);
      assert.equal(response.status, 202);
      assert.equal(await response.text(), "");
    }
    const stray = await handler.fetch(toRequest({ jsonrpc: "2.0", id: 1, result: {} }));
    assert.equal(stray.status, 400);
    assert.equal((await stray.json()).error.code, -32600);
    assert.deepEqual(service.asked, []);
  });
});

Deno.test("McpHttpHandler answers a batch in the order of its requests", async () => {
  const clock = new FakeClock();
  const service = new FakeService(async ({ id, method }, exchange) => {
    if (method === "slow") await clock.sleep(300);
    if (method === "news") await exchange.send(progress(1));
    return done(id, { method });
  });
  const batchOf = (...methods: readonly string[]) => [
    { jsonrpc: "2.0", method: "notifications/initialized" },
    ...methods.map((method, id) => ({ jsonrpc: "2.0", id, method })),
  ];
  await withHandler(service, async ({ handler }) => {
    const quick = await handler.fetch(toRequest(batchOf("a", "b")));
    assert.equal(quick.status, 200);
    assert.deepEqual(
      await quick.json(),
      [done(0, { method: "a" }), done(1, { method: "b" })].map(
        ({ message }) => message,
      ),
    );
    const calling = handler.fetch(toRequest(batchOf("slow", "news")));
    await clock.advance(300);
    assert.deepEqual(await eventsOf(await calling), [
      progress(1),
      done(0, { method: "slow" }).message,
      done(1, { method: "news" }).message,
    ]);
  }, { clock });
});

Deno.test("McpHttpHandler tells legacy clients which revisions there are, where it serves only the modern", async () => {
  const service = new FakeService();
  await withHandler(service, async ({ handler, sessions }) => {
    const params = { protocolVersion: "2025-11-25" };
    const initialize = { jsonrpc: "2.0", id: 7, method: "initialize", params };
    const refused = await handler.fetch(toRequest(initialize));
    assert.equal(refused.status, 400);
    const { id, error } = await refused.json();
    assert.deepEqual([id, error.code, error.data], [7, -32022, {
      supported: [VERSION],
      requested: "2025-11-25",
    }]);
    const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
    const unnamed = await (await handler.fetch(toRequest(list))).json();
    assert.deepEqual(unnamed.error.data, { supported: [VERSION] });
    const batch = await handler.fetch(toRequest([list]));
    assert.equal((await batch.json()).error.code, -32600);
    const notification = toRequest({ jsonrpc: "2.0", method: "notifications/initialized" });
    assert.equal((await handler.fetch(notification)).status, 202);
    assert.equal((await callModern(handler)).status, 200);
    assert.deepEqual(sessions.requests, []);
    assert.deepEqual(service.asked, ["modern work"]);
  }, { modernOnly: true });
});

Deno.test("McpHttpHandler asks on behalf of who was found to be asking", async () => {
  const principals: string[] = [];
  const service = new FakeService(({ id }, { principal }) => {
    principals.push(principal.id);
    return done(id, {});
  });
  await withHandler(service, async ({ handler }) => {
    await call(handler, { principal: { id: "laptop", scopes: [] } });
    await callModern(handler, { principal: { id: "ci", scopes: [] } });
    await call(handler);
    assert.deepEqual(principals, ["laptop", "ci", ""]);
  });
});
