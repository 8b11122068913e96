import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { runTaskGroup, type TaskGroup } from "../../../../../src/concurrency/mod.ts";
import { createMcpRoute, type HttpServer, openHttpServer } from "../../../../../src/http/mod.ts";
import {
  createMcpFetchHandler,
  type McpFetchHandlerOptions,
} from "../../../../../src/mcp/server/mod.ts";
import { METRICS, MetricsRegistry } from "../../../../../src/telemetry/mod.ts";
import { createSampleServer, MemoryLogger, Sleeper } from "../../sample_tools.ts";

interface Bench {
  readonly group: TaskGroup;
  readonly server: HttpServer;
  readonly url: string;
  readonly sleeper: Sleeper;
  readonly logger: MemoryLogger;
}

/** A server with the sample tools on a free port, gone with the test. */
async function withServer(
  body: (bench: Bench) => Promise<void>,
  options: Partial<McpFetchHandlerOptions> & { readonly sleeper?: Sleeper } = {},
): Promise<void> {
  const { sleeper = new Sleeper(), ...others } = options;
  const logger = new MemoryLogger();
  await runTaskGroup(async (group) => {
    const handler = createMcpFetchHandler(group, {
      ...createSampleServer({ sleeper, logger }),
      ...others,
    });
    const routes = [createMcpRoute("/mcp", handler)];
    await using server = await openHttpServer({ port: 0, routes, logger });
    try {
      await body({ group, server, url: `${server.url}/mcp`, sleeper, logger });
    } finally {
      await handler.close();
    }
  });
}

/** The official client, as other programs use it. */
async function withClient(
  url: string,
  mode: "auto" | "legacy",
  body: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client({ name: "official", version: "1.0.0" }, {
    versionNegotiation: { mode },
  });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  try {
    await body(client);
  } finally {
    await client.close();
  }
}

const BOTH_ERAS = [["auto", "2026-07-28"], ["legacy", "2025-11-25"]] as const;

for (const [mode, version] of BOTH_ERAS) {
  Deno.test(`createMcpFetchHandler serves the official client, ${version}`, async () => {
    await withServer(async ({ url, logger }) => {
      await withClient(url, mode, async (client) => {
        assert.equal(client.getNegotiatedProtocolVersion(), version);
        assert.equal(client.getServerVersion()?.name, "test-server");
        assert.equal(client.getInstructions(), "Use it for tests.");

        const { tools } = await client.listTools();
        assert.deepEqual(tools.map(({ name }) => name), ["count", "echo", "fail", "sleep"]);
        assert.deepEqual(tools[1]?.inputSchema.required, ["text"]);

        const echoed = await client.callTool({ name: "echo", arguments: { text: "hi" } });
        assert.deepEqual(echoed.structuredContent, { text: "hi" });
        assert.deepEqual(echoed.content, [{ type: "text", text: "hi" }]);

        const invalid = await client.callTool({ name: "echo", arguments: { txet: "hi" } });
        assert.equal(invalid.isError, true);
        assert.match(JSON.stringify(invalid.content), /invalid_arguments: .*text: Invalid input/);

        const failed = await client.callTool({ name: "fail", arguments: { how: "known" } });
        assert.equal(failed.isError, true);
        assert.deepEqual(failed.structuredContent, {
          ok: false,
          error: "Cannot print as there is no paper",
          code: "out_of_paper",
          hint: "Put paper in",
        });
        assert.deepEqual(logger.failures, []);
      });
    });
  });

  Deno.test(`createMcpFetchHandler names what was meant by an unknown tool, ${version}`, async () => {
    await withServer(async ({ url }) => {
      await withClient(url, mode, async (client) => {
        await assert.rejects(client.callTool({ name: "ecko" }), {
          code: -32602,
          message: /none with this name: tool "ecko"\. Did you mean "echo"\?/,
          data: { code: "unknown_tool", hint: 'Did you mean "echo"?', suggestions: ["echo"] },
        });
      });
    });
  });

  Deno.test(`createMcpFetchHandler sends progress before the result, ${version}`, async () => {
    await withServer(async ({ url }) => {
      await withClient(url, mode, async (client) => {
        const seen: unknown[] = [];
        const onprogress = (progress: unknown): void => {
          seen.push(progress);
        };
        await client.callTool({ name: "count", arguments: { to: 3 } }, { onprogress });
        assert.deepEqual(
          seen,
          [1, 2, 3].map((progress) => ({
            progress,
            total: 3,
            message: `at ${progress}`,
          })),
        );
      });
    });
  });

  Deno.test(`createMcpFetchHandler tells running callers that it stops, ${version}`, async () => {
    await withServer(async ({ url, group, sleeper }) => {
      await withClient(url, mode, async (client) => {
        const calling = assert.rejects(client.callTool({ name: "sleep" }), ({ data }) => {
          // A session outlives the server: its client may come back, and gets the answer then.
          assert.partialDeepStrictEqual(
            data,
            mode === "auto" ? { code: "server_stopping" } : { status: 503 },
          );
          return true;
        });
        await sleeper.started;
        group.cancel("the node is stopping");
        await calling;
        await sleeper.ended;
        await assert.rejects(client.callTool({ name: "echo" }));
      });
    });
  });
}

for (const progressFirst of [false, true]) {
  const kind = progressFirst ? "an event stream" : "one JSON answer";
  Deno.test(`createMcpFetchHandler cancels the tool when a modern client cancels, ${kind}`, async () => {
    const sleeper = new Sleeper({ progressFirst });
    await withServer(async ({ url }) => {
      await withClient(url, "auto", async (client) => {
        const controller = new AbortController();
        const calling = client.callTool({ name: "sleep" }, {
          signal: controller.signal,
          onprogress: () => {},
        });
        await sleeper.started;
        controller.abort();
        await assert.rejects(calling);
        assert.match(String(await sleeper.ended), /cancelled or hung up/);
      });
    }, { sleeper });
  });
}

const LEGACY_CALL = { jsonrpc: "2.0", id: 7, method: "tools/call", params: { name: "sleep" } };

for (const accept of ["application/json", "application/json, text/event-stream"]) {
  Deno.test(`createMcpFetchHandler cancels the tool when a legacy client hangs up, ${accept}`, async () => {
    await withServer(async ({ url, sleeper }) => {
      const controller = new AbortController();
      const answer = post(url, LEGACY_CALL, { accept, signal: controller.signal })
        .then((response) => response.text());
      const hungUp = assert.rejects(answer);
      await sleeper.started;
      controller.abort();
      await hungUp;
      assert.match(String(await sleeper.ended), /cancelled or hung up/);
    });
  });
}

interface PostOptions {
  readonly accept?: string;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

function post(url: string, body: unknown, options: PostOptions = {}): Promise<Response> {
  const { accept = "*/*", contentType = "application/json", signal } = options;
  return fetch(url, {
    method: "POST",
    headers: { accept, "content-type": contentType },
    body: typeof body === "string" || body instanceof ReadableStream ? body : JSON.stringify(body),
    ...(signal !== undefined && { signal }),
  });
}

Deno.test("createMcpFetchHandler answers clients that read no streams in JSON, both eras", async () => {
  await withServer(async ({ url }) => {
    const params = { name: "count", arguments: { to: 2 }, _meta: { progressToken: 1 } };
    const legacy = { jsonrpc: "2.0", id: 1, method: "tools/call", params };
    const envelope = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const modern = { ...legacy, params: { ...params, _meta: { ...params._meta, ...envelope } } };
    const modernHeaders = {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "count",
    };
    for (const accept of ["*/*", "application/json"]) {
      const response = await post(url, legacy, { accept });
      assert.equal(response.headers.get("content-type"), "application/json");
      const { id, result } = await response.json();
      assert.deepEqual([id, result.structuredContent], [1, { counted: 2 }]);
    }
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...modernHeaders },
      body: JSON.stringify(modern),
    });
    assert.deepEqual((await response.json()).result.structuredContent, { counted: 2 });
  });
});

Deno.test("createMcpFetchHandler refuses bodies that it should not read", async () => {
  await withServer(async ({ url, logger }) => {
    const deep = "[".repeat(900);
    const refusals: readonly (readonly [Promise<Response>, number, number])[] = [
      [post(url, "{"), 400, -32700],
      [post(url, ""), 400, -32700],
      [post(url, deep), 400, -32700],
      [post(url, "x".repeat(2000)), 413, -32000],
      [post(url, streamOf("x".repeat(2000))), 413, -32000],
      [post(url, "{}", { contentType: "text/plain" }), 415, -32000],
      [fetch(url), 405, -32000],
      [fetch(url, { method: "DELETE" }), 405, -32000],
    ];
    for (const [request, status, code] of refusals) {
      const response = await request;
      const { error } = await response.json();
      assert.deepEqual([response.status, error.code], [status, code], error.message);
    }
    assert.deepEqual(logger.failures, []);
  }, { maxBodyBytes: 1000 });
});

Deno.test("createMcpFetchHandler gives up on a body that does not come", async () => {
  await runTaskGroup(async (group) => {
    const handler = createMcpFetchHandler(group, { ...createSampleServer(), bodyTimeoutMs: 1 });
    const never = new ReadableStream();
    const response = await handler.fetch(
      new Request("http://localhost/mcp", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: never,
      }),
    );
    assert.equal(response.status, 408);
    await response.body?.cancel();
    await handler.close();
  });
});

Deno.test("createMcpFetchHandler answers 503 after close", async () => {
  await runTaskGroup(async (group) => {
    const handler = createMcpFetchHandler(group, createSampleServer());
    await handler.close();
    const response = await handler.fetch(new Request("http://localhost/mcp"));
    assert.equal(response.status, 503);
    await response.body?.cancel();
  });
});

Deno.test("createMcpFetchHandler keeps requests with the same id from different clients apart", async () => {
  await withServer(async ({ url }) => {
    const texts = Array.from({ length: 20 }, (_, index) => `client ${index}`);
    const answers = await Promise.all(texts.map(async (text) => {
      const params = { name: "echo", arguments: { text } };
      const response = await post(url, { jsonrpc: "2.0", id: 1, method: "tools/call", params });
      return (await response.json()).result.structuredContent.text;
    }));
    assert.deepEqual(answers, texts);
  });
});

Deno.test("createMcpFetchHandler counts calls by tool and outcome", async () => {
  const metrics = new MetricsRegistry();
  await withServer(async ({ url }) => {
    await withClient(url, "auto", async (client) => {
      await client.callTool({ name: "echo", arguments: { text: "" } });
      await client.callTool({ name: "fail", arguments: { how: "known" } });
    });
  }, { metrics });
  const text = await metrics.expose();
  const { name } = METRICS.toolCalls;
  assert.ok(text.includes(`${name}{tool="echo",outcome="ok"} 1`), text);
  assert.ok(text.includes(`${name}{tool="fail",outcome="out_of_paper"} 1`), text);
});

function streamOf(text: string): ReadableStream<Uint8Array> {
  return new Blob([text]).stream();
}

const MODERN_META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** A modern request by hand, over the network. */
function postModern(
  url: string,
  method: string,
  params: Record<string, unknown>,
): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(typeof params["name"] === "string" && { "mcp-name": params["name"] }),
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method,
      params: { ...params, _meta: MODERN_META },
    }),
  });
}

Deno.test("createMcpFetchHandler lets the server stop while streams are open", async () => {
  const sleeper = new Sleeper({ progressFirst: true });
  const logger = new MemoryLogger();
  await runTaskGroup(async (group) => {
    const handler = createMcpFetchHandler(group, createSampleServer({ sleeper, logger }));
    const routes = [createMcpRoute("/mcp", handler)];
    const server = await openHttpServer({ port: 0, routes, logger });
    const url = `${server.url}/mcp`;
    const session = await openSession(url);
    const streams = [
      await postModern(url, "subscriptions/listen", { notifications: { toolsListChanged: true } }),
      await fetch(url, { headers: { accept: "text/event-stream", ...session } }),
    ];
    for (const { status, headers } of streams) {
      assert.deepEqual([status, headers.get("content-type")], [200, "text/event-stream"]);
    }
    assert.deepEqual(handler.statistics(), { running: 1, sessions: 1, streams: 1 });
    const reading = Promise.all(streams.map((stream) => stream.text()));
    // Long before its time is up, as nobody waits for an answer on them.
    await server.drain({ deadlineMs: 60_000 });
    const [listened] = await reading;
    await handler.close();
    assert.match(listened ?? "", /subscriptions\/acknowledged.*\n\n.*"result":/);
    await server[Symbol.asyncDispose]();
    assert.deepEqual(handler.statistics(), { running: 0, sessions: 0, streams: 0 });
  });
});

/** Open a session of the legacy era, and give the headers that go on in it. */
async function openSession(url: string): Promise<Record<string, string>> {
  const clientInfo = { name: "by hand", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  const response = await post(url, { jsonrpc: "2.0", id: 0, method: "initialize", params });
  await response.body?.cancel();
  const id = response.headers.get("mcp-session-id");
  assert.ok(id !== null);
  return { "mcp-session-id": id, "mcp-protocol-version": "2025-11-25" };
}

Deno.test("createMcpFetchHandler keeps sessions until they are deleted", async () => {
  await withServer(async ({ url }) => {
    const headers = await openSession(url);
    const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
    const inSession = { method: "POST", body: JSON.stringify(ping) };
    const type = { "content-type": "application/json" };
    const pinged = await fetch(url, { ...inSession, headers: { ...headers, ...type } });
    assert.deepEqual((await pinged.json()).result, {});
    const deleted = await fetch(url, { method: "DELETE", headers });
    assert.equal(deleted.ok, true);
    await deleted.body?.cancel();
    const late = await fetch(url, { ...inSession, headers: { ...headers, ...type } });
    assert.equal(late.status, 404);
    await late.body?.cancel();
  });
});

Deno.test("createMcpFetchHandler opens no sessions where it is told not to", async () => {
  await withServer(async ({ url }) => {
    await withClient(url, "legacy", async (client) => {
      const { tools } = await client.listTools();
      assert.equal(tools.length, 4);
    });
    const params = { protocolVersion: "2025-11-25", capabilities: {} };
    const response = await post(url, { jsonrpc: "2.0", id: 0, method: "initialize", params });
    assert.equal(response.headers.has("mcp-session-id"), false);
    assert.equal((await response.json()).result.protocolVersion, "2025-11-25");
  }, { sessions: false });
});

Deno.test("createMcpFetchHandler refuses the legacy era where it is told to", async () => {
  await withServer(async ({ url }) => {
    await withClient(url, "auto", (client) => {
      assert.equal(client.getNegotiatedProtocolVersion(), "2026-07-28");
      return Promise.resolve();
    });
    await assert.rejects(withClient(url, "legacy", () => Promise.resolve()));
  }, { modernOnly: true });
});

Deno.test("createMcpFetchHandler answers 403 with the scope that a principal lacks", async () => {
  await runTaskGroup(async (group) => {
    const handler = createMcpFetchHandler(group, createSampleServer());
    const principal = { id: "reader", scopes: ["tasks:read"] };
    const body = { ...LEGACY_CALL, params: { name: "echo", arguments: { text: "" } } };
    const response = await handler.fetch(
      new Request("http://localhost/mcp", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
      { principal },
    );
    assert.equal(response.status, 403);
    assert.match(
      response.headers.get("www-authenticate") ?? "",
      /^Bearer error="insufficient_scope", scope="custom:(read|write)"$/,
    );
    assert.equal((await response.json()).id, 7);
    await handler.close();
  });
});
