import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { FakeClock, runTaskGroup, type TaskGroup } from "../../../../src/concurrency/mod.ts";
import type { FarConnection } from "../../../../src/mcp/relay/far_side.ts";
import { createHttpFarSide } from "../../../../src/mcp/relay/http_far_side.ts";
import { MemoryLogger } from "../sample_tools.ts";

const URL_TEXT = "http://far.test/mcp";

/** A request that the far side has made, and its answer. */
interface Made {
  readonly method: string;
  readonly headers: Headers;
  readonly body: JsonObject | undefined;
  readonly signal: AbortSignal;
  readonly answer: PromiseWithResolvers<Response>;
}

/** A web server whose every answer the test gives. */
class Script {
  readonly made: Made[] = [];
  #news = Promise.withResolvers<void>();

  readonly fetch = (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    assert.equal(String(input), URL_TEXT);
    const { method = "GET", headers, body, signal } = init;
    const answer = Promise.withResolvers<Response>();
    const aborted = signal ?? new AbortController().signal;
    aborted.addEventListener("abort", () => answer.reject(aborted.reason), { once: true });
    this.made.push({
      method,
      headers: new Headers(headers),
      body: typeof body === "string" ? JSON.parse(body) : undefined,
      signal: aborted,
      answer,
    });
    this.#news.resolve();
    this.#news = Promise.withResolvers();
    return answer.promise;
  };

  /** The request with an index, as soon as it is made. */
  async at(index: number): Promise<Made> {
    for (;;) {
      const made = this.made[index];
      if (made !== undefined) return made;
      await this.#news.promise;
    }
  }
}

/** A stream of events that the test writes. */
class Events {
  readonly #stream = new TransformStream<Uint8Array, Uint8Array>();
  readonly #writer = this.#stream.writable.getWriter();
  readonly response = new Response(this.#stream.readable, {
    headers: { "content-type": "text/event-stream; charset=utf-8" },
  });

  async send(message: JsonObject | "", fields: Readonly<Record<string, string>> = {}) {
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`).join("");
    const data = message === "" ? "" : JSON.stringify(message);
    await this.#writer.write(new TextEncoder().encode(`${lines}data: ${data}\n\n`));
  }

  async end(): Promise<void> {
    await this.#writer.close();
  }

  async break(): Promise<void> {
    await this.#writer.abort(new TypeError("connection reset"));
  }
}

interface Bench {
  readonly script: Script;
  readonly connection: FarConnection;
  readonly clock: FakeClock;
  readonly logger: MemoryLogger;
  readonly group: TaskGroup;
  readonly unsent: JsonObject[];
  /** The next message that comes. */
  receive(): Promise<JsonObject>;
  /** How often the connection has ended. */
  ends(): number;
}

async function withConnection(
  body: (bench: Bench) => Promise<void>,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const script = new Script();
  const clock = new FakeClock();
  const logger = new MemoryLogger();
  const received: JsonObject[] = [];
  const unsent: JsonObject[] = [];
  let news = Promise.withResolvers<void>();
  let ends = 0;
  await runTaskGroup(async (group) => {
    const { fetch } = script;
    const settings = { url: URL_TEXT, headers, fetch, logger, clock, random: () => 0 };
    const connection = await createHttpFarSide(settings).connect(group, {
      onMessage: (message) => {
        received.push(message);
        news.resolve();
        news = Promise.withResolvers();
        return Promise.resolve();
      },
      onUnsent: (message) => Promise.resolve(void unsent.push(message)),
      onEnd: () => Promise.resolve(void ends++),
    }, group.signal);
    const receive = async (): Promise<JsonObject> => {
      for (;;) {
        const message = received.shift();
        if (message !== undefined) return message;
        await news.promise;
      }
    };
    await body({ script, connection, clock, logger, group, unsent, receive, ends: () => ends });
    assert.deepEqual(received, []);
    group.cancel();
  });
  assert.equal(clock.pendingTimers, 0);
  assert.deepEqual(logger.failures, []);
}

const META = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" };

function request(id: unknown, method: string, params: JsonObject = {}): JsonObject {
  return { jsonrpc: "2.0", id, method, params } as JsonObject;
}

function modern(id: unknown, method: string, params: JsonObject = {}): JsonObject {
  return request(id, method, { ...params, "_meta": META });
}

function result(id: unknown, value: JsonObject = {}): JsonObject {
  return { jsonrpc: "2.0", id, result: value } as JsonObject;
}

function json(body: unknown, init: ResponseInit = {}): Response {
  return Response.json(body, init);
}

function codeOf(message: JsonObject): unknown {
  return ((message["error"] as JsonObject)["data"] as JsonObject)["code"];
}

/** Opens a legacy session with the id "s1". */
async function initialize({ script, connection, receive }: Bench): Promise<void> {
  const sending = connection.send(request("i", "initialize", { protocolVersion: "2025-11-25" }));
  const { answer } = await script.at(0);
  const headers = { "mcp-session-id": "s1" };
  answer.resolve(json(result("i", { protocolVersion: "2025-11-25" }), { headers }));
  await sending;
  assert.deepEqual(await receive(), result("i", { protocolVersion: "2025-11-25" }));
}

Deno.test("createHttpFarSide repeats in headers what a modern message says", async () => {
  await withConnection(async ({ script, connection, receive }) => {
    const listing = connection.send(modern(1, "tools/list"));
    const listed = await script.at(0);
    assert.equal(listed.method, "POST");
    const schema = (header: string) => ({ type: "string", "x-mcp-header": header });
    const properties = {
      region: schema("Region"),
      deep: { type: "object", properties: { n: schema("N") } },
    };
    const tools = [{ name: "höhe", inputSchema: { type: "object", properties } }];
    listed.answer.resolve(json(result(1, { tools })));
    await listing;
    await receive();

    const args = { region: " eu ", deep: { n: 5 } };
    const call = modern(2, "tools/call", { name: "höhe", arguments: args });
    await connection.send(call);
    const called = await script.at(1);
    assert.deepEqual(called.body, call);
    const get = (name: string) => called.headers.get(name);
    assert.equal(get("mcp-protocol-version"), "2026-07-28");
    assert.equal(get("mcp-method"), "tools/call");
    assert.equal(get("mcp-name"), "=?base64?aMO2aGU=?=");
    assert.equal(get("mcp-param-region"), "=?base64?IGV1IA==?=");
    assert.equal(get("mcp-param-n"), "5");
    assert.equal(get("x-custom"), "yes");
    assert.match(get("accept") ?? "", /json.*event-stream/);
    called.answer.resolve(json(result(2)));
    assert.equal((await receive())["id"], 2);

    const relisting = connection.send(modern(4, "tools/list"));
    const plain = [{ name: "höhe", inputSchema: { type: "object", properties: {} } }];
    (await script.at(2)).answer.resolve(json(result(4, { tools: plain })));
    await relisting;
    await receive();
    await connection.send(modern(5, "tools/call", { name: "höhe", arguments: args }));
    const recalled = await script.at(3);
    assert.equal(recalled.headers.get("mcp-param-n"), null);
    recalled.answer.resolve(json(result(5)));
    await receive();

    await connection.send(modern(3, "resources/read", { uri: "task://1" }));
    const read = await script.at(4);
    assert.equal(read.headers.get("mcp-name"), "task://1");
    read.answer.resolve(json(result(3)));
    await receive();
  }, { "x-custom": "yes" });
});

Deno.test("createHttpFarSide carries a legacy session, with its id and revision", async () => {
  await withConnection(async (bench) => {
    const { script, connection, receive, clock } = bench;
    await initialize(bench);
    const [first] = script.made;
    assert.equal(first?.headers.get("mcp-session-id"), null);
    await connection.send(request(2, "tools/list"));
    const { headers, answer } = await script.at(1);
    assert.equal(headers.get("mcp-session-id"), "s1");
    assert.equal(headers.get("mcp-protocol-version"), "2025-11-25");
    assert.equal(headers.get("mcp-method"), null);
    answer.resolve(json([result(2, { tools: [] })]));
    assert.equal((await receive())["id"], 2);
    const closing = connection.close();
    const goodbye = await script.at(2);
    assert.deepEqual([goodbye.method, goodbye.headers.get("mcp-session-id")], ["DELETE", "s1"]);
    goodbye.answer.resolve(new Response(null, { status: 204 }));
    await closing;
    assert.equal(clock.pendingTimers, 0);
  });
});

Deno.test("createHttpFarSide hands on the events of an answer until the answer", async () => {
  await withConnection(async ({ script, connection, receive }) => {
    await connection.send(modern(1, "tools/call", { name: "x" }));
    const events = new Events();
    (await script.at(0)).answer.resolve(events.response);
    const news = { jsonrpc: "2.0", method: "notifications/progress", params: {} };
    await events.send(news);
    assert.deepEqual(await receive(), news);
    await events.send(result(1, { done: true }));
    assert.deepEqual(await receive(), result(1, { done: true }));
  });
});

Deno.test("createHttpFarSide cancels a modern request by hanging up", async () => {
  await withConnection(async ({ script, connection }) => {
    await connection.send(modern(1, "tools/call", { name: "x" }));
    const { signal } = await script.at(0);
    const params = { requestId: 1 };
    await connection.send({ jsonrpc: "2.0", method: "notifications/cancelled", params });
    assert.ok(signal.aborted);
    assert.equal(script.made.length, 1);
  });
});

Deno.test("createHttpFarSide says it to the server that a legacy request is cancelled", async () => {
  await withConnection(async (bench) => {
    const { script, connection } = bench;
    await initialize(bench);
    await connection.send(request(2, "tools/call"));
    const { signal } = await script.at(1);
    const cancelled = {
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: 2 },
    };
    const sending = connection.send(cancelled);
    const told = await script.at(2);
    assert.deepEqual(told.body, cancelled);
    assert.equal(signal.aborted, false);
    told.answer.resolve(new Response(null, { status: 202 }));
    await sending;
    assert.ok(signal.aborted);
  });
});

Deno.test("createHttpFarSide sends what has no answer in order", async () => {
  await withConnection(async ({ script, connection }) => {
    let isSent = false;
    const sending = connection.send(result("q")).then(() => isSent = true);
    const { answer } = await script.at(0);
    assert.equal(isSent, false);
    answer.resolve(new Response(null, { status: 202 }));
    await sending;
  });
});

const REFUSALS: readonly (readonly [string, () => Response, unknown])[] = [
  ["401", () => new Response("", { status: 401 }), "unauthorized"],
  ["403", () => new Response("", { status: 403 }), "unauthorized"],
  ["500", () => new Response("oops", { status: 500 }), "not_an_mcp_server"],
  ["503", () => new Response("", { status: 503 }), "server_unavailable"],
  [
    "a web page",
    () => new Response("<p>", { headers: { "content-type": "text/html" } }),
    "not_an_mcp_server",
  ],
  [
    "broken JSON",
    () => new Response("{", { headers: { "content-type": "application/json" } }),
    "not_an_mcp_server",
  ],
  ["the answer to another", () => json(result(99)), "not_an_mcp_server"],
];

for (const [name, answer, code] of REFUSALS) {
  Deno.test(`createHttpFarSide answers for a server that answers with ${name}`, async () => {
    await withConnection(async ({ script, connection, receive, ends }) => {
      await connection.send(modern(1, "tools/list"));
      (await script.at(0)).answer.resolve(answer());
      let message = await receive();
      if (message["id"] === 99) message = await receive();
      assert.deepEqual([message["id"], codeOf(message)], [1, code]);
      assert.equal(ends(), 0);
    });
  });
}

Deno.test("createHttpFarSide hands on the errors of a server, with whatever status", async () => {
  await withConnection(async ({ script, connection, receive }) => {
    const errors = [
      { jsonrpc: "2.0", id: 0, error: { code: -32601, message: "no", data: { x: 1 } } },
      { jsonrpc: "2.0", id: null, error: { code: -32700, message: "no" } },
    ];
    for (const [index, error] of errors.entries()) {
      await connection.send(modern(index, "nonsense"));
      (await script.at(index)).answer.resolve(json(error, { status: index === 0 ? 404 : 400 }));
      assert.deepEqual(await receive(), { ...error, id: index });
    }
  });
});

for (
  const [text, code] of [
    ["error sending request: client error (Connect)", "server_unreachable"],
    ["connection reset", "connection_lost"],
  ]
) {
  Deno.test(`createHttpFarSide answers for a server that cannot be asked: ${code}`, async () => {
    await withConnection(async ({ script, connection, receive }) => {
      await connection.send(request(1, "tools/list"));
      (await script.at(0)).answer.reject(new TypeError(text));
      assert.equal(codeOf(await receive()), code);
    });
  });
}

Deno.test("createHttpFarSide gives back what a server without the session has not taken", async () => {
  await withConnection(async (bench) => {
    const { script, connection, unsent, ends } = bench;
    await initialize(bench);
    const requests = [request(2, "tools/call"), request(3, "tools/call")];
    for (const message of requests) await connection.send(message);
    for (const index of [1, 2]) {
      (await script.at(index)).answer.resolve(new Response("gone", { status: 404 }));
    }
    while (unsent.length < 2) await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual(unsent, requests);
    assert.ok(ends() > 0);
  });
});

Deno.test("createHttpFarSide takes a broken stream up again where it was", async () => {
  await withConnection(async (bench) => {
    const { script, connection, receive, clock } = bench;
    await initialize(bench);
    await connection.send(request(2, "tools/call"));
    const first = new Events();
    (await script.at(1)).answer.resolve(first.response);
    await first.send("", { id: "e0", retry: "700" });
    await first.send({ jsonrpc: "2.0", method: "notifications/x" }, { id: "e1" });
    await receive();
    await first.break();
    const ticking = tickUntil(clock, () => script.made.length >= 3, 700);
    const again = await script.at(2);
    await ticking;
    assert.deepEqual([again.method, again.headers.get("last-event-id")], ["GET", "e1"]);
    assert.equal(again.headers.get("mcp-session-id"), "s1");
    const second = new Events();
    again.answer.resolve(second.response);
    await second.send(result(2, { late: true }), { id: "e2" });
    assert.deepEqual(await receive(), result(2, { late: true }));
  });
});

/** Lets time pass, turn by turn, until something has happened. */
async function tickUntil(
  clock: FakeClock,
  condition: () => boolean,
  stepMs: number,
): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve));
    if (!condition()) await clock.advance(stepMs);
  }
}

Deno.test("createHttpFarSide gives up a stream that cannot be taken up again", async () => {
  await withConnection(async (bench) => {
    const { script, connection, receive, clock } = bench;
    await connection.send(modern(1, "tools/call", { name: "x" }));
    const bare = new Events();
    (await script.at(0)).answer.resolve(bare.response);
    await bare.end();
    assert.equal(codeOf(await receive()), "connection_lost");

    await connection.send(request(2, "tools/call"));
    const named = new Events();
    (await script.at(1)).answer.resolve(named.response);
    await named.send("", { id: "e1" });
    await named.end();
    let answered = 2;
    const receiving = receive();
    let isOver = false;
    const ticking = tickUntil(clock, () => {
      const made = script.made[answered];
      if (made !== undefined) {
        made.answer.reject(new TypeError("connection reset"));
        answered++;
      }
      return isOver;
    }, 30_000);
    assert.equal(codeOf(await receiving), "connection_lost");
    isOver = true;
    await ticking;
    assert.ok(answered > 4, "it has tried several times");
  });
});

Deno.test("createHttpFarSide does not send a request again when its stream's session is gone", async () => {
  await withConnection(async (bench) => {
    const { script, connection, receive, clock, unsent } = bench;
    await initialize(bench);
    await connection.send(request(2, "tools/call"));
    const events = new Events();
    (await script.at(1)).answer.resolve(events.response);
    await events.send("", { id: "e1" });
    await events.end();
    const ticking = tickUntil(clock, () => script.made.length >= 3, 1_000);
    (await script.at(2)).answer.resolve(new Response("", { status: 404 }));
    await ticking;
    assert.equal(codeOf(await receive()), "session_lost");
    assert.deepEqual(unsent, []);
  });
});

Deno.test("createHttpFarSide listens for what belongs to no request, over lost connections", async () => {
  await withConnection(async (bench) => {
    const { script, connection, receive, clock } = bench;
    await initialize(bench);
    const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
    const sending = connection.send(initialized);
    (await script.at(1)).answer.resolve(new Response(null, { status: 202 }));
    await sending;
    const listening = await script.at(2);
    assert.deepEqual([listening.method, listening.headers.get("last-event-id")], ["GET", null]);
    const events = new Events();
    listening.answer.resolve(events.response);
    const news = { jsonrpc: "2.0", method: "notifications/resources/updated" };
    await events.send(news, { id: "n1" });
    assert.deepEqual(await receive(), news);
    await events.break();

    const ticking = tickUntil(clock, () => script.made.length >= 5, 1_000);
    (await script.at(3)).answer.resolve(new Response("", { status: 503 }));
    const again = await script.at(4);
    await ticking;
    assert.equal(again.headers.get("last-event-id"), "n1");
    again.answer.resolve(new Response(null, { status: 405 }));
  });
});

Deno.test("createHttpFarSide hangs up everything that is under way when it is closed", async () => {
  await withConnection(async ({ script, connection }) => {
    await connection.send(modern(1, "tools/call", { name: "x" }));
    const events = new Events();
    const waiting = await script.at(0);
    // As the platform has it.
    waiting.signal.addEventListener("abort", () => events.break(), { once: true });
    waiting.answer.resolve(events.response);
    await connection.send(modern(2, "tools/call", { name: "x" }));
    await script.at(1);
    await connection.close();
    assert.ok(script.made.every(({ signal }) => signal.aborted));
  });
});
