import assert from "node:assert/strict";
import { z } from "zod";
import { runTaskGroup } from "../../../../src/concurrency/mod.ts";
import {
  createPlainRoutes,
  createTokenAuthenticator,
  type HttpServer,
  openHttpServer,
} from "../../../../src/http/mod.ts";
import {
  bindTool,
  createMcpService,
  createToolTable,
  type Tool,
} from "../../../../src/mcp/server/mod.ts";
import { HealthRegistry, MetricsRegistry } from "../../../../src/telemetry/mod.ts";
import {
  countTool,
  createSampleServer,
  echoTool,
  failTool,
  MemoryLogger,
  Sleeper,
} from "../../mcp/sample_tools.ts";

const readTool: Tool<unknown, Record<string, never>, { read: boolean }> = {
  name: "notes/read",
  title: "Read",
  description: "Reads.",
  input: z.object({}),
  output: z.object({ read: z.boolean() }),
  annotations: { readOnlyHint: true },
  family: "notes",
  run: () => ({ read: true }),
};

/** The body of an answer, and what came with it. */
interface Answer {
  readonly status: number;
  readonly body: ReturnType<typeof JSON.parse>;
  readonly headers: Headers;
}

/** A server with the plain routes. */
class PlainServer {
  constructor(readonly server: HttpServer, readonly metrics: MetricsRegistry) {}

  async ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const { status, headers, ...response } = await this.#fetch(path, init);
    return { status, headers, body: JSON.parse(response.text) };
  }

  post(path: string, body: unknown, init: RequestInit = {}): Promise<Answer> {
    return this.ask(path, { method: "POST", body: JSON.stringify(body), ...init });
  }

  async #fetch(path: string, init: RequestInit): Promise<Omit<Answer, "body"> & { text: string }> {
    const response = await fetch(`${this.server.url}${path}`, init);
    const { status, headers } = response;
    return { status, headers, text: await response.text() };
  }
}

interface Setting {
  readonly sleeper?: Sleeper;
  readonly health?: HealthRegistry;
  readonly tokens?: Readonly<Record<string, readonly string[]>>;
  readonly maxBodyBytes?: number;
}

async function withServer(
  setting: Setting,
  fn: (server: PlainServer) => Promise<void>,
): Promise<void> {
  const { sleeper = new Sleeper(), health, tokens, maxBodyBytes } = setting;
  const metrics = new MetricsRegistry();
  const bound = [echoTool, failTool, countTool, sleeper.tool, readTool]
    .map((tool) => bindTool(tool as typeof echoTool, undefined));
  const options = { ...createSampleServer(), tools: createToolTable(bound), metrics };
  await runTaskGroup(async (group) => {
    const service = createMcpService(group, options);
    await using server = await openHttpServer({
      port: 0,
      routes: createPlainRoutes("/mcp", { ...options, service, health, maxBodyBytes }),
      logger: new MemoryLogger(),
      authenticator: tokens && createTokenAuthenticator(
        Object.entries(tokens).map(([token, scopes]) => ({ name: token, token, scopes })),
      ),
    });
    await fn(new PlainServer(server, metrics));
    group.cancel();
  });
}

Deno.test("createPlainRoutes tells who answers and which tools there are", async () => {
  await withServer({}, async (server) => {
    assert.deepEqual((await server.ask("/mcp/")).body, {
      name: "test-server",
      description: "Use it for tests.",
      version: "1.2.3",
    });
    const names = ["count", "echo", "fail", "notes/read", "sleep"];
    assert.deepEqual((await server.ask("/mcp/tools")).body, names);
  });
});

Deno.test("createPlainRoutes calls a tool as the Python client does, and answers its result", async () => {
  await withServer({}, async (server) => {
    const call = { tool: "echo", arguments: { text: "hi" } };
    const { status, body } = await server.post("/mcp/tools/call", call);
    assert.deepEqual([status, body], [200, { text: "hi" }]);
    // Without arguments.
    const bare = await server.post("/mcp/tools/call", { tool: "notes/read" });
    assert.deepEqual([bare.status, bare.body], [200, { read: true }]);
  });
});

Deno.test("createPlainRoutes calls a tool at a path of its own", async () => {
  await withServer({}, async (server) => {
    for (const path of ["/mcp/tools/echo", "/mcp/tool/echo", "/mcp/tools/echo/"]) {
      const { status, body } = await server.post(path, { text: "hi" });
      assert.deepEqual([status, body], [200, { text: "hi" }], path);
    }
    const encoded = await server.ask("/mcp/tools/notes%2Fread", { method: "POST" });
    assert.deepEqual([encoded.status, encoded.body], [200, { read: true }]);
  });
});

Deno.test("createPlainRoutes answers 200 for a tool that ran and failed, so that nobody repeats it", async () => {
  await withServer({}, async (server) => {
    const { status, body } = await server.post("/mcp/tools/fail", { how: "known" });
    assert.equal(status, 200);
    assert.deepEqual(body, {
      ok: false,
      error: "Cannot print as there is no paper",
      code: "out_of_paper",
      hint: "Put paper in",
    });
  });
});

Deno.test("createPlainRoutes says in detail why a call came to nothing", async () => {
  await withServer({ maxBodyBytes: 1024 }, async (server) => {
    const echo = (body: string): Promise<Answer> =>
      server.ask("/mcp/tools/echo", { method: "POST", body });
    const envelope = (body: unknown): Promise<Answer> => server.post("/mcp/tools/call", body);
    const cases: readonly (readonly [Promise<Answer>, number, RegExp])[] = [
      [server.post("/mcp/tools/nothing", {}), 404, /none with this name: tool "nothing"/],
      [envelope({ tool: "nothing" }), 404, /none with this name/],
      [echo("{}"), 422, /arguments are invalid: tool "echo"/],
      [echo('{"text": 1}'), 422, /text/],
      [echo("[1]"), 422, /not a JSON object/],
      [echo("{"), 400, /not JSON/],
      [echo(JSON.stringify({ text: "x".repeat(2000) })), 413, /larger than 1024/],
      [envelope({}), 422, /no text "tool"/],
      [envelope({ tool: "echo", arguments: "hi" }), 422, /"arguments" is not an object/],
      [server.post("/mcp/tools/fail", { how: "bug" }), 500, /failed unexpectedly/],
    ];
    for (const [asked, status, detail] of cases) {
      const { status: got, body } = await asked;
      assert.equal(got, status, detail.source);
      assert.match(body.detail, detail);
      assert.doesNotMatch(body.detail, /hunter2/);
    }
  });
});

Deno.test("createPlainRoutes holds callers to the scopes of tools", async () => {
  const tokens = { "reader-reader-reader": ["notes:read"], "writer-writer-writer": ["custom:*"] };
  await withServer({ tokens }, async (server) => {
    const call = (token: string, tool: string, args: unknown): Promise<Answer> =>
      server.post("/mcp/tools/call", { tool, arguments: args }, {
        headers: { authorization: `Bearer ${token}` },
      });
    const [reader = "", writer = ""] = Object.keys(tokens);
    assert.equal((await call(reader, "notes/read", {})).status, 200);
    assert.equal((await call(writer, "echo", { text: "hi" })).status, 200);
    const refused = await call(reader, "echo", { text: "hi" });
    assert.equal(refused.status, 403);
    assert.equal(typeof refused.body.detail, "string");
    assert.equal(
      refused.headers.get("www-authenticate"),
      'Bearer error="insufficient_scope", scope="custom:write"',
    );
    assert.equal((await server.ask("/mcp/tools")).status, 401);
    assert.equal((await server.ask("/mcp/health")).status, 200);
  });
});

Deno.test("createPlainRoutes cancels a call whose client hangs up", async () => {
  const sleeper = new Sleeper();
  await withServer({ sleeper }, async (server) => {
    const controller = new AbortController();
    const call = server.post("/mcp/tools/sleep", {}, { signal: controller.signal });
    await sleeper.started;
    controller.abort();
    await assert.rejects(call);
    assert.ok(await sleeper.ended);
  });
});

Deno.test("createPlainRoutes counts calls like those of MCP", async () => {
  await withServer({}, async (server) => {
    await server.post("/mcp/tools/echo", { text: "hi" });
    await server.post("/mcp/tools/fail", { how: "known" });
    const text = await server.metrics.expose();
    assert.match(text, /^mcpp_tool_calls_total\{tool="echo",outcome="ok"\} 1$/m);
    assert.match(text, /^mcpp_tool_calls_total\{tool="fail",outcome="out_of_paper"\} 1$/m);
  });
});

Deno.test("createPlainRoutes tells whether the node is well, in the words of the Python system", async () => {
  await withServer({}, async (server) => {
    const { status, body } = await server.ask("/mcp/health");
    assert.equal(status, 200);
    assert.deepEqual(body, { status: "ok", tools_count: 5, resources_count: 0, prompts_count: 0 });
  });
  const health = new HealthRegistry();
  using _check = health.register("queue", () => ({ ok: false, reason: "disk full" }));
  await withServer({ health }, async (server) => {
    const { status, body } = await server.ask("/mcp/health");
    assert.equal(status, 503);
    assert.notEqual(body.status, "ok");
  });
});
