import assert from "node:assert/strict";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import {
  createInfoRoute,
  createMetricsRoute,
  createProbeRoutes,
  HttpListenError,
  type HttpRoute,
  type HttpServer,
  type HttpServerOptions,
  openHttpServer,
} from "../../../src/http/mod.ts";
import { HealthRegistry, MetricsRegistry } from "../../../src/telemetry/mod.ts";
import { MemoryLogger } from "../mcp/sample_tools.ts";

const HELLO: HttpRoute = {
  path: "/hello",
  methods: ["GET", "POST"],
  handle: () => new Response("hello"),
};

function open(options: Partial<HttpServerOptions> = {}): Promise<HttpServer> {
  return openHttpServer({ port: 0, routes: [HELLO], logger: new MemoryLogger(), ...options });
}

/** `fetch` does not let a program choose its Host header. */
async function rawRequest(server: HttpServer, head: readonly string[]): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const lines = [...head, "Connection: close", "", ""];
  await connection.write(new TextEncoder().encode(lines.join("\r\n")));
  return await new Response(connection.readable, {}).text();
}

Deno.test("openHttpServer answers routes, and JSON errors for everything else", async () => {
  await using server = await open();
  const hello = await fetch(`${server.url}/hello?x=1`);
  assert.equal(await hello.text(), "hello");
  assert.match(hello.headers.get("x-request-id") ?? "", /^[\w-]{36}$/);

  const missing = await fetch(`${server.url}/nothing`);
  assert.equal(missing.status, 404);
  assert.equal((await missing.json()).error.code, "not_found");

  const wrong = await fetch(`${server.url}/hello`, { method: "PUT" });
  assert.equal(wrong.status, 405);
  assert.equal(wrong.headers.get("allow"), "GET, POST, HEAD");
  assert.equal((await wrong.json()).error.code, "method_not_allowed");

  const head = await fetch(`${server.url}/hello`, { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
});

Deno.test("openHttpServer ends the stream that would be the body of an answer to HEAD", async () => {
  const cancelled = Promise.withResolvers<void>();
  const route: HttpRoute = {
    path: "/stream",
    methods: ["GET"],
    handle: () => new Response(new ReadableStream({ cancel: () => cancelled.resolve() })),
  };
  await using server = await open({ routes: [route] });
  const response = await fetch(`${server.url}/stream`, { method: "HEAD" });
  assert.deepEqual([response.status, await response.text()], [200, ""]);
  await cancelled.promise;
});

Deno.test("openHttpServer keeps a request id that is harmless, and no other", async () => {
  await using server = await open();
  const idFor = async (wished: string): Promise<string | null> => {
    const response = await fetch(`${server.url}/hello`, { headers: { "x-request-id": wished } });
    await response.body?.cancel();
    return response.headers.get("x-request-id");
  };
  assert.equal(await idFor("abc-1.2_3"), "abc-1.2_3");
  assert.notEqual(await idFor('a" b'), 'a" b');
  assert.notEqual(await idFor("x".repeat(65)), "x".repeat(65));
});

Deno.test("openHttpServer says nothing of a failure to the caller, and all to the log", async () => {
  const logger = new MemoryLogger();
  const route: HttpRoute = {
    path: "/fail",
    methods: ["GET"],
    handle: () => Promise.reject(new Error("password is hunter2")),
  };
  await using server = await open({ routes: [route], logger });
  const response = await fetch(`${server.url}/fail`);
  assert.equal(response.status, 500);
  const text = await response.text();
  assert.match(text, /internal_error/);
  assert.doesNotMatch(text, /hunter2/);
  assert.match(
    String(logger.lines.find(({ level }) => level === "error")?.fields?.["error"]),
    /hunter2/,
  );
});

Deno.test("openHttpServer refuses foreign hosts and origins, save for probes", async () => {
  const routes = [HELLO, ...createProbeRoutes(new HealthRegistry())];
  await using server = await open({ routes, allowedHosts: ["node.example"] });
  const statusOf = async (...head: string[]): Promise<string> =>
    (await rawRequest(server, head)).split("\r\n")[0] ?? "";
  assert.match(await statusOf("GET /hello HTTP/1.1", "Host: evil.example"), / 403 /);
  assert.match(await statusOf("GET /hello HTTP/1.1", "Host: node.example"), / 200 /);
  assert.match(
    await statusOf("GET /hello HTTP/1.1", "Host: localhost", "Origin: https://evil.example"),
    / 403 /,
  );
  assert.match(await statusOf("GET /health HTTP/1.1", "Host: evil.example"), / 200 /);
});

Deno.test("openHttpServer is closed to other origins unless they are configured", async () => {
  const origin = "https://app.example";
  const ask = { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } };
  {
    await using server = await open();
    const preflight = await fetch(`${server.url}/hello`, ask);
    await preflight.body?.cancel();
    assert.equal(preflight.status, 403);
    assert.equal(preflight.headers.get("access-control-allow-origin"), null);
  }
  await using server = await open({ corsOrigins: [origin] });
  const preflight = await fetch(`${server.url}/hello`, ask);
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), origin);
  assert.equal(preflight.headers.get("access-control-allow-methods"), "GET, POST, HEAD");
  const allowed = preflight.headers.get("access-control-allow-headers") ?? "";
  for (
    const name of [
      "Authorization",
      "Content-Type",
      "Last-Event-ID",
      "Mcp-Method",
      "Mcp-Name",
      "Mcp-Protocol-Version",
      "Mcp-Session-Id",
    ]
  ) assert.ok(allowed.includes(name), name);

  const answer = await fetch(`${server.url}/hello`, { headers: { origin } });
  await answer.body?.cancel();
  assert.equal(answer.headers.get("access-control-allow-origin"), origin);
  assert.equal(answer.headers.get("vary"), "Origin");
  assert.match(
    answer.headers.get("access-control-expose-headers") ?? "",
    /Mcp-Session-Id.*WWW-Authenticate/,
  );

  // Admitted as it is on this machine, but not to read the answer.
  const local = await fetch(`${server.url}/hello`, { headers: { origin: "http://localhost:1" } });
  await local.body?.cancel();
  assert.deepEqual([local.status, local.headers.get("access-control-allow-origin")], [200, null]);
});

Deno.test("openHttpServer refuses a body that announces itself as too large", async () => {
  await using server = await open({ maxBodyBytes: 10 });
  const response = await fetch(`${server.url}/hello`, { method: "POST", body: "x".repeat(11) });
  assert.equal(response.status, 413);
  assert.equal((await response.json()).error.code, "body_too_large");
});

Deno.test("openHttpServer refuses a head that is too long, and takes one that is long", async () => {
  await using server = await open();
  const statusFor = async (name: string, characters: number, path = "/hello"): Promise<number> => {
    const headers = { [name]: "x".repeat(characters) };
    const response = await fetch(server.url + path, { headers });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await statusFor("x-long", 15_000), 200);
  assert.equal(await statusFor("x-long", 16_400), 431);
  assert.equal(await statusFor("n".repeat(16_400), 1), 431);
  assert.equal(await statusFor("x-long", 10_000, `/hello?${"q".repeat(7_000)}`), 431);
});

Deno.test("openHttpServer answers only so many requests at a time, but probes always", async () => {
  const slow = new SlowRoute();
  const routes = [slow.route, HELLO, ...createProbeRoutes(new HealthRegistry())];
  await using server = await open({ routes, maxInFlight: 1 });
  const answer = fetch(`${server.url}/slow`).then((response) => response.text());
  await slow.begun;
  const refused = await fetch(`${server.url}/hello`);
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("retry-after"), "1");
  assert.equal((await refused.json()).error.code, "server_busy");
  const live = await fetch(`${server.url}/live`);
  await live.body?.cancel();
  assert.equal(live.status, 200);
  slow.finish();
  await answer;
});

Deno.test("openHttpServer answers whatever is asked for, also of hosts that no URL can have", async () => {
  const logger = new MemoryLogger();
  await using server = await open({ logger });
  const head = await rawRequest(server, ["GET /hello HTTP/1.1", "Host: localhost:99999"]);
  assert.match(head, /^HTTP\/1.1 200 /);
  for (const target of ["/a/../hello", "//hello", "/%ff", "/hello%2f", "*", "http://a b/hello"]) {
    const answer = await rawRequest(server, [`GET ${target} HTTP/1.1`, "Host: localhost"]);
    assert.match(answer, /^HTTP\/1.1 (404|400|403) /, target);
  }
  assert.deepEqual(logger.failures, []);
});

Deno.test("openHttpServer names host and port when another program listens there", async () => {
  await using server = await open();
  await assert.rejects(open({ port: server.port }), (error) => {
    assert.ok(error instanceof HttpListenError);
    assert.equal(error.code, "port_in_use");
    assert.ok(error.message.includes(`"127.0.0.1:${server.port}"`));
    assert.match(error.hint ?? "", /choose another port/);
    return true;
  });
});

Deno.test("openHttpServer names an address that this machine does not have", async () => {
  await assert.rejects(open({ hostname: "192.0.2.1" }), { code: "address_unavailable" });
});

Deno.test("openHttpServer has a URL that can be reached, also when bound to every address", async () => {
  await using server = await open({ hostname: "0.0.0.0" });
  assert.equal(server.url, `http://127.0.0.1:${server.port}`);
  assert.equal(await (await fetch(`${server.url}/hello`)).text(), "hello");
});

Deno.test("createProbeRoutes answers 503 with the reasons when a check fails", async () => {
  const health = new HealthRegistry();
  using _check = health.register("queue", () => ({ ok: false, reason: "disk full" }));
  await using server = await open({ routes: createProbeRoutes(health) });
  for (const [path, status] of [["/live", 200], ["/ready", 503], ["/health", 503]] as const) {
    const response = await fetch(server.url + path);
    const { checks } = await response.json();
    assert.equal(response.status, status, path);
    assert.equal(response.headers.get("cache-control"), "no-store");
    if (status === 503) assert.equal(checks.queue.reason, "disk full");
  }
});

Deno.test("openHttpServer counts requests by route, without labels that callers make up", async () => {
  const metrics = new MetricsRegistry();
  const clock = new FakeClock();
  await using server = await open({ routes: [HELLO, createMetricsRoute(metrics)], metrics, clock });
  for (const path of ["/hello", "/hello?a=b", "/made/up/1", "/made/up/2"]) {
    await (await fetch(server.url + path)).body?.cancel();
  }
  const response = await fetch(`${server.url}/metrics`);
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  assert.match(text, /^mcpp_http_requests_total\{method="GET",route="\/hello",status="200"\} 2$/m);
  assert.match(text, /^mcpp_http_requests_total\{method="GET",route="none",status="404"\} 2$/m);
  assert.match(text, /^mcpp_http_request_duration_seconds_count\{route="\/hello"\} 2$/m);
});

Deno.test("createInfoRoute says who answers and where to go on", async () => {
  const info = { name: "mcpp", version: "1.0.0", links: { mcp: "/mcp" } };
  await using server = await open({ routes: [createInfoRoute(info)] });
  assert.deepEqual(await (await fetch(server.url)).json(), info);
});

/** A route that stays until it is told to go on, or its signal aborts. */
class SlowRoute {
  readonly #begun = Promise.withResolvers<void>();
  readonly #finish = Promise.withResolvers<string>();
  readonly route: HttpRoute = {
    path: "/slow",
    methods: ["GET"],
    handle: async (_request, { signal }) => {
      this.#begun.resolve();
      signal.addEventListener("abort", () => this.#finish.resolve(String(signal.reason)), {
        once: true,
      });
      return new Response(await this.#finish.promise);
    },
  };

  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  get outcome(): Promise<string> {
    return this.#finish.promise;
  }

  finish(): void {
    this.#finish.resolve("finished");
  }
}

Deno.test("HttpServer drain lets requests finish and answers new ones with 503, but probes", async () => {
  const slow = new SlowRoute();
  const routes = [slow.route, HELLO, ...createProbeRoutes(new HealthRegistry())];
  await using server = await open({ routes });
  const answer = fetch(`${server.url}/slow`).then((response) => response.text());
  await slow.begun;
  assert.deepEqual(server.statistics(), { inFlight: 1, isDraining: false });
  const draining = server.drain({ deadlineMs: 60_000 });

  const refused = await fetch(`${server.url}/hello`);
  assert.equal(refused.status, 503);
  assert.equal((await refused.json()).error.code, "server_stopping");
  const live = await fetch(`${server.url}/live`);
  await live.body?.cancel();
  assert.equal(live.status, 200);

  slow.finish();
  assert.equal(await answer, "finished");
  await draining;
  assert.deepEqual(server.statistics(), { inFlight: 0, isDraining: true });
});

Deno.test("HttpServer drain tells routes at once, so that their idle streams end", async () => {
  const stream = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>();
  let told = 0;
  const route: HttpRoute = {
    path: "/stream",
    methods: ["GET"],
    handle: () => new Response(new ReadableStream<Uint8Array>({ start: stream.resolve })),
    onDrain() {
      told++;
      stream.promise.then((controller) => controller.close());
    },
  };
  await using server = await open({ routes: [route], clock: new FakeClock() });
  const response = await fetch(`${server.url}/stream`);
  // With a clock that stands still, only the stream's end can end this.
  await server.drain({ deadlineMs: 60_000 });
  assert.equal(await response.text(), "");
  await server.drain({ deadlineMs: 60_000 });
  assert.equal(told, 1);
});

Deno.test("HttpServer dispose ends although a stream that nobody ends is open", async () => {
  const clock = new FakeClock();
  const route: HttpRoute = {
    path: "/stream",
    methods: ["GET"],
    handle: () =>
      new Response(
        new ReadableStream<Uint8Array>({
          start: (controller) => controller.enqueue(new TextEncoder().encode(": hello\n\n")),
        }),
        { headers: { "content-type": "text/event-stream" } },
      ),
  };
  const server = await open({ routes: [route], clock });
  const responses = await Promise.all([1, 2, 3].map(() => fetch(`${server.url}/stream`)));
  const closing = server[Symbol.asyncDispose]();
  await clock.advance(60_000);
  await closing;
  for (const response of responses) await assert.rejects(response.text());
});

Deno.test("HttpServer drain cancels what has not finished in time", async () => {
  const clock = new FakeClock();
  const slow = new SlowRoute();
  await using server = await open({ routes: [slow.route], clock });
  const answer = fetch(`${server.url}/slow`).then((response) => response.text());
  await slow.begun;
  const draining = server.drain({ deadlineMs: 1000 });
  await clock.advance(1000);
  assert.match(await slow.outcome, /http server/);
  assert.match(await answer, /http server/);
  await draining;
});

Deno.test("HttpServer dispose ends although a handler ignores its signal", async () => {
  const clock = new FakeClock();
  const begun = Promise.withResolvers<void>();
  const never = Promise.withResolvers<Response>();
  const route: HttpRoute = {
    path: "/deaf",
    methods: ["GET"],
    handle() {
      begun.resolve();
      return never.promise;
    },
  };
  const server = await open({ routes: [route], clock });
  const answer = assert.rejects(fetch(`${server.url}/deaf`));
  await begun.promise;
  const closing = server[Symbol.asyncDispose]();
  await clock.advance(60_000);
  await closing;
  await answer;
  never.resolve(new Response());
});

Deno.test("HttpServer dispose ends although a client does not read its answer", async () => {
  const clock = new FakeClock();
  const route: HttpRoute = {
    path: "/big",
    methods: ["GET"],
    handle: () => new Response("x".repeat(50_000_000)),
  };
  const server = await open({ routes: [route], clock });
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await connection.write(new TextEncoder().encode("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  await connection.read(new Uint8Array(10));
  const closing = server[Symbol.asyncDispose]();
  await clock.advance(60_000);
  await closing;
  connection.close();
});

Deno.test("HttpContext signal aborts when the client hangs up, and not after an answer", async () => {
  const slow = new SlowRoute();
  const signals: AbortSignal[] = [];
  const quick: HttpRoute = {
    path: "/quick",
    methods: ["GET"],
    handle(_request, { signal }) {
      signals.push(signal);
      return new Response("quick");
    },
  };
  await using server = await open({ routes: [slow.route, quick] });
  assert.equal(await (await fetch(`${server.url}/quick`)).text(), "quick");

  const controller = new AbortController();
  const answer = assert.rejects(fetch(`${server.url}/slow`, { signal: controller.signal }));
  await slow.begun;
  controller.abort();
  await answer;
  assert.match(await slow.outcome, /cancel/i);
  assert.equal(signals[0]?.aborted, false);
});
