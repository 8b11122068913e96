import assert from "node:assert/strict";
import { Client as OfficialClient, SSEClientTransport } from "@modelcontextprotocol/client";
import type { JsonValue } from "../../../../../src/codec/mod.ts";
import {
  CancelReason,
  FakeClock,
  runTaskGroup,
  type TaskGroup,
} from "../../../../../src/concurrency/mod.ts";
import {
  createSseHandler,
  type SseHandler,
  type SseHandlerOptions,
} from "../../../../../src/mcp/server/http/create_sse_handler.ts";
import { createSseRoutes, openHttpServer } from "../../../../../src/http/mod.ts";
import type { McpFetchOptions } from "../../../../../src/mcp/server/http/mcp_fetch_handler.ts";
import { createSampleServer, MemoryLogger, Sleeper } from "../../sample_tools.ts";
import { done, FakeService, progress, untilCancelled } from "./fake_service.ts";

interface Bench {
  readonly group: TaskGroup;
  readonly handler: SseHandler;
  readonly clock: FakeClock;
}

async function withHandler(
  service: FakeService,
  body: (bench: Bench) => Promise<void>,
  options: Partial<SseHandlerOptions> = {},
): Promise<void> {
  const clock = new FakeClock();
  await runTaskGroup(async (group) => {
    const handler = createSseHandler(group, {
      ...createSampleServer(),
      service,
      clock,
      ...options,
    });
    await body({ group, handler, clock });
  });
  assert.equal(clock.pendingTimers, 0);
}

interface SseEvent {
  readonly event: string;
  readonly data: string;
}

/** A client by hand. */
class Client {
  readonly #handler: SseHandler;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #endpoint = "";
  #text = "";

  private constructor(handler: SseHandler, response: Response) {
    this.#handler = handler;
    this.#reader = response.body?.getReader();
  }

  static async connect(handler: SseHandler, options?: McpFetchOptions): Promise<Client> {
    const response = handler.connect(new Request("http://localhost/sse"), options);
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const client = new Client(handler, response);
    const first = await client.next();
    assert.equal(first?.event, "endpoint");
    client.#endpoint = first.data;
    return client;
  }

  get endpoint(): string {
    return this.#endpoint;
  }

  /** The next event; `undefined` when the stream is over. */
  async next(): Promise<SseEvent | undefined> {
    while (!this.#text.includes("\n\n")) {
      const chunk = await this.#reader?.read();
      if (chunk?.value === undefined) return undefined;
      this.#text += new TextDecoder().decode(chunk.value);
    }
    const end = this.#text.indexOf("\n\n");
    const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/
      .exec(this.#text.slice(0, end)) ?? [];
    this.#text = this.#text.slice(end + 2);
    return { event, data };
  }

  async nextMessage(): Promise<unknown> {
    const event = await this.next();
    assert.equal(event?.event, "message");
    return JSON.parse(event.data);
  }

  async post(message: JsonValue, options?: McpFetchOptions): Promise<number> {
    const response = await this.#handler.post(toPost(this.#endpoint, message), options);
    await response.body?.cancel();
    return response.status;
  }

  async hangUp(): Promise<void> {
    await this.#reader?.cancel();
  }
}

function toPost(path: string, message: JsonValue): Request {
  return new Request(new URL(path, "http://localhost"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(message),
  });
}

const request = (id: number, method = "work") => ({ jsonrpc: "2.0", id, method }) as const;

Deno.test("createSseHandler says where to post, and answers on the stream", async () => {
  const service = new FakeService(async ({ id, method }, exchange) => {
    await exchange.send(progress(1));
    return done(id, { method });
  });
  await withHandler(service, async ({ handler }) => {
    const client = await Client.connect(handler);
    assert.match(client.endpoint, /^\/messages\?sessionId=[\w-]{22}$/);
    assert.equal(await client.post(request(7)), 202);
    assert.deepEqual(await client.nextMessage(), progress(1));
    assert.deepEqual(await client.nextMessage(), done(7, { method: "work" }).message);
    assert.deepEqual(handler.statistics(), { sessions: 1 });
    await client.hangUp();
    await handler.close();
    assert.deepEqual(handler.statistics(), { sessions: 0 });
  });
});

Deno.test("createSseHandler gives notifications and responses to the session, and sends what it says", async () => {
  const service = new FakeService();
  await withHandler(service, async ({ handler }) => {
    const client = await Client.connect(handler);
    const [session] = service.sessions;
    const cancelled = { jsonrpc: "2.0", method: "notifications/cancelled" } as const;
    const response = { jsonrpc: "2.0", id: 1, result: {} } as const;
    assert.equal(await client.post(cancelled), 202);
    assert.equal(await client.post(response), 202);
    assert.deepEqual(session?.notified, [cancelled]);
    assert.deepEqual(session?.resolved, [response]);
    const changed = { jsonrpc: "2.0", method: "notifications/tools/list_changed" } as const;
    await session?.port.send(changed);
    assert.deepEqual(await client.nextMessage(), changed);
    await handler.close();
  });
});

Deno.test("createSseHandler ends a session, and what runs in it, with its stream", async () => {
  const reason = Promise.withResolvers<unknown>();
  const service = new FakeService(async (_request, exchange) => {
    reason.resolve(await untilCancelled(exchange));
    return undefined;
  });
  await withHandler(service, async ({ handler, clock }) => {
    const client = await Client.connect(handler);
    assert.equal(await client.post(request(1)), 202);
    await clock.advance(0);
    await client.hangUp();
    assert.match(String(await reason.promise), /the client's stream is over/);
    await clock.advance(0);
    assert.equal(service.sessions[0]?.isDisposed, true);
    assert.equal(await client.post(request(2)), 404);
    assert.deepEqual(handler.statistics(), { sessions: 0 });
  });
});

Deno.test("createSseHandler keeps a session to the principal that has opened it", async () => {
  const laptop = { id: "laptop", scopes: ["*"] };
  const other = { id: "other", scopes: ["*"] };
  const principals: string[] = [];
  const service = new FakeService(({ id }, { principal }) => {
    principals.push(principal.id);
    return done(id, {});
  });
  await withHandler(service, async ({ handler }) => {
    const client = await Client.connect(handler, { principal: laptop });
    assert.equal(await client.post(request(1), { principal: other }), 404);
    assert.equal(await client.post(request(1)), 404);
    assert.equal(await client.post(request(1), { principal: laptop }), 202);
    await client.nextMessage();
    assert.deepEqual(principals, ["laptop"]);
    await handler.close();
  });
});

Deno.test("createSseHandler refuses what it cannot take", async () => {
  await withHandler(new FakeService(), async ({ handler }) => {
    const client = await Client.connect(handler);
    const post = async (init: RequestInit, path = client.endpoint): Promise<unknown> => {
      const headers = { "content-type": "application/json" };
      const url = new URL(path, "http://localhost");
      const response = await handler.post(
        new Request(url, { method: "POST", headers, ...init }),
      );
      const { error } = await response.json();
      return [response.status, error.code];
    };
    assert.deepEqual(await post({ body: "{}" }, "/messages"), [400, -32000]);
    assert.deepEqual(await post({ body: "{}" }, "/messages?sessionId=abc"), [404, -32000]);
    assert.deepEqual(await post({ body: "{}", headers: {} }), [415, -32000]);
    assert.deepEqual(await post({ body: "{" }), [400, -32700]);
    assert.deepEqual(await post({ body: '"x"' }), [400, -32600]);
    assert.deepEqual(await post({ body: "[]" }), [400, -32600]);
    assert.deepEqual(await post({ body: JSON.stringify("x".repeat(200)) }), [413, -32000]);
    assert.deepEqual(await post({ method: "GET" }), [405, -32000]);
    const odd = new Request("http://localhost/messages", { method: "POST" });
    Object.defineProperty(odd, "url", { value: `http://localhost:99999${client.endpoint}` });
    assert.equal((await handler.post(odd)).status, 400);
    await handler.close();
  }, { maxBodyBytes: 100 });
});

Deno.test("createSseHandler refuses clients and requests beyond its limits", async () => {
  const service = new FakeService(async (_request, exchange) => {
    await untilCancelled(exchange);
    return undefined;
  });
  await withHandler(service, async ({ handler }) => {
    const client = await Client.connect(handler);
    const refused = handler.connect(new Request("http://localhost/sse"));
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get("retry-after"), "5");
    await refused.body?.cancel();
    for (let id = 0; id < 256; id++) assert.equal(await client.post(request(id)), 202);
    assert.equal(await client.post(request(256)), 429);
    assert.equal(await client.post({ jsonrpc: "2.0", method: "notifications/cancelled" }), 202);
    await handler.close();
  }, { maxSessions: 1 });
});

Deno.test("createSseHandler keeps silent streams alive", async () => {
  await withHandler(new FakeService(), async ({ handler, clock }) => {
    const response = handler.connect(new Request("http://localhost/sse"));
    const reader = response.body?.getReader();
    await reader?.read();
    const comment = reader?.read();
    await clock.advance(100);
    assert.equal(new TextDecoder().decode((await comment)?.value), ": keep-alive\n\n");
    await handler.close();
  }, { keepAliveMs: 100 });
});

Deno.test("createSseHandler tells clients what becomes of their requests when it stops", async () => {
  const ways: readonly ((bench: Bench, controller: AbortController) => void)[] = [
    ({ handler, group }) => group.spawn("close", () => handler.close()),
    ({ group }) => group.cancel("the node is stopping"),
    (_bench, controller) => controller.abort(new CancelReason("shutdown", { scope: "http" })),
  ];
  for (const stop of ways) {
    const service = new FakeService(async (_request, exchange) => {
      await untilCancelled(exchange);
      return undefined;
    });
    await withHandler(service, async (bench) => {
      const controller = new AbortController();
      const client = await Client.connect(bench.handler, { signal: controller.signal });
      await client.post(request(1));
      await bench.clock.advance(0);
      stop(bench, controller);
      assert.partialDeepStrictEqual(await client.nextMessage(), {
        id: 1,
        error: { code: -32603, data: { code: "server_stopping" } },
      });
      assert.equal(await client.next(), undefined);
    });
  }
});

Deno.test("createSseHandler.drain ends idle sessions at once, and the others when they are", async () => {
  const finishing = Promise.withResolvers<void>();
  const service = new FakeService(async ({ id }) => {
    await finishing.promise;
    return done(id, {});
  });
  await withHandler(service, async ({ handler, clock }) => {
    const idle = await Client.connect(handler);
    const busy = await Client.connect(handler);
    await busy.post(request(1));
    handler.drain();
    assert.equal(await idle.next(), undefined);
    await clock.advance(0);
    assert.deepEqual(handler.statistics(), { sessions: 1 });
    const late = handler.connect(new Request("http://localhost/sse"));
    assert.equal(late.status, 503);
    await late.body?.cancel();
    finishing.resolve();
    assert.deepEqual(await busy.nextMessage(), done(1, {}).message);
    assert.equal(await busy.next(), undefined);
  });
});

Deno.test("createSseHandler does not answer requests that were cancelled", async () => {
  const service = new FakeService(({ id, method }) => {
    return method === "cancelled" ? undefined : done(id, { method });
  });
  await withHandler(service, async ({ handler }) => {
    const client = await Client.connect(handler);
    await client.post(request(1, "cancelled"));
    await client.post(request(2, "other"));
    assert.deepEqual(await client.nextMessage(), done(2, { method: "other" }).message);
    await handler.close();
  });
});

Deno.test("createSseHandler replaces results that are too large", async () => {
  const service = new FakeService(({ id }) => done(id, { text: "x".repeat(2_000) }));
  await withHandler(service, async ({ handler }) => {
    const client = await Client.connect(handler);
    await client.post(request(1));
    assert.partialDeepStrictEqual(await client.nextMessage(), {
      id: 1,
      error: { data: { code: "result_too_large" } },
    });
    await handler.close();
  }, { maxResultBytes: 1_000 });
});

Deno.test("createSseHandler answers nothing after close", async () => {
  await withHandler(new FakeService(), async ({ handler }) => {
    const client = await Client.connect(handler);
    await handler.close();
    const refused = handler.connect(new Request("http://localhost/sse"));
    assert.equal(refused.status, 503);
    await refused.body?.cancel();
    assert.equal(await client.post(request(1)), 503);
  });
});

Deno.test("createSseHandler serves the official client", async () => {
  const sleeper = new Sleeper({ progressFirst: true });
  const logger = new MemoryLogger();
  await runTaskGroup(async (group) => {
    const handler = createSseHandler(group, createSampleServer({ sleeper, logger }));
    const routes = createSseRoutes(handler);
    await using server = await openHttpServer({ port: 0, routes, logger });
    const client = new OfficialClient({ name: "official", version: "1.0.0" });
    await client.connect(new SSEClientTransport(new URL(`${server.url}/sse`)));

    const { tools } = await client.listTools();
    assert.equal(tools.length, 4);
    const echoed = await client.callTool({ name: "echo", arguments: { text: "hi" } });
    assert.deepEqual(echoed.structuredContent, { text: "hi" });

    const controller = new AbortController();
    const reported = Promise.withResolvers<unknown>();
    const cancelled = assert.rejects(
      client.callTool({ name: "sleep" }, {
        signal: controller.signal,
        onprogress: reported.resolve,
      }),
    );
    assert.deepEqual(await reported.promise, { progress: 1 });
    controller.abort();
    await cancelled;
    assert.match(String(await sleeper.ended), /cancelled or hung up/);

    await client.close();
    await handler.close();
    assert.deepEqual(logger.failures, []);
  });
});
