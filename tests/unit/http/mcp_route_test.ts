import assert from "node:assert/strict";
import { z } from "zod";
import {
  FakeClock,
  runTaskGroup,
  systemClock,
  type TaskGroup,
} from "../../../src/concurrency/mod.ts";
import {
  createMcpRoute,
  createSseRoutes,
  createTokenAuthenticator,
  type HttpServer,
  type HttpServerOptions,
  openHttpServer,
} from "../../../src/http/mod.ts";
import {
  bindTool,
  createMcpFetchHandler,
  createMcpService,
  createSseHandler,
  createToolTable,
  type McpFetchHandler,
  type SseHandler,
  type Tool,
} from "../../../src/mcp/server/mod.ts";
import { createSampleServer, MemoryLogger, Sleeper } from "../mcp/sample_tools.ts";

const whoTool: Tool<unknown, Record<string, never>, { id: string }> = {
  name: "who",
  title: "Who",
  description: "Tells who calls.",
  input: z.object({}),
  output: z.object({ id: z.string() }),
  annotations: { readOnlyHint: true },
  family: "system",
  run: (_deps, _input, { principal }) => ({ id: principal?.id ?? "nobody" }),
};

/** Everything that answers MCP behind a server. */
class McpServer {
  readonly streamable: McpFetchHandler;
  readonly sse: SseHandler;
  readonly sleeper = new Sleeper();

  constructor(group: TaskGroup) {
    const bound = [bindTool(whoTool, undefined), bindTool(this.sleeper.tool, undefined)];
    const options = { ...createSampleServer(), tools: createToolTable(bound) };
    const service = createMcpService(group, options);
    this.streamable = createMcpFetchHandler(group, { ...options, service });
    this.sse = createSseHandler(group, { ...options, service });
  }

  listen(options: Partial<HttpServerOptions> = {}): Promise<HttpServer> {
    const routes = [createMcpRoute("/mcp", this.streamable), ...createSseRoutes(this.sse)];
    return openHttpServer({ port: 0, routes, logger: new MemoryLogger(), ...options });
  }

  async close(): Promise<void> {
    await Promise.all([this.streamable.close(), this.sse.close()]);
  }
}

async function withMcp(fn: (mcp: McpServer) => Promise<void>): Promise<void> {
  await runTaskGroup(async (group) => {
    const mcp = new McpServer(group);
    await fn(mcp);
    await mcp.close();
    group.cancel();
  });
}

const MODERN = "2026-07-28";

function post(
  server: HttpServer,
  message: { readonly method: string; readonly params?: Record<string, unknown> },
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${server.url}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "accept": "application/json, text/event-stream",
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }),
  });
}

/** A request of the modern era, with all that belongs to it. */
function postModern(
  server: HttpServer,
  { method, params = {} }: {
    readonly method: string;
    readonly params?: Record<string, unknown>;
  },
  headers: Record<string, string> = {},
): Promise<Response> {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const name = params["name"];
  return post(server, { method, params: { ...params, _meta: meta } }, {
    "mcp-protocol-version": MODERN,
    "mcp-method": method,
    ...(typeof name === "string" && { "mcp-name": name }),
    ...headers,
  });
}

async function openSession(server: HttpServer): Promise<Record<string, string>> {
  const response = await post(server, {
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    },
  });
  await response.text();
  assert.equal(response.status, 200);
  const sessionId = response.headers.get("mcp-session-id") ?? "";
  return { "mcp-session-id": sessionId, "mcp-protocol-version": "2025-06-18" };
}

function call(name: string): { readonly method: string; readonly params: Record<string, unknown> } {
  return { method: "tools/call", params: { name, arguments: {} } };
}

Deno.test("createMcpRoute tells tools on whose behalf they are called, and nobody else", async () => {
  await withMcp(async (mcp) => {
    const authenticator = createTokenAuthenticator([
      { name: "alice", token: "alice-has-a-long-token", scopes: ["system:read"] },
    ]);
    await using server = await mcp.listen({ authenticator });
    const headers = { authorization: "Bearer alice-has-a-long-token" };
    const legacy = await post(server, call("who"), headers);
    assert.deepEqual((await legacy.json()).result.structuredContent, { id: "alice" });
    const modern = await postModern(server, call("who"), headers);
    assert.deepEqual((await modern.json()).result.structuredContent, { id: "alice" });
    const stranger = await post(server, call("who"));
    await stranger.body?.cancel();
    assert.equal(stranger.status, 401);
  });
});

Deno.test("createMcpRoute tells those that may not call a tool where to ask for a token", async () => {
  await withMcp(async (mcp) => {
    const authenticator = createTokenAuthenticator([
      { name: "alice", token: "alice-has-a-long-token", scopes: ["system:read"] },
    ]);
    const protectedResource = { path: "/mcp", authorizationServers: ["https://login.example"] };
    await using server = await mcp.listen({ authenticator, protectedResource });
    const headers = { authorization: "Bearer alice-has-a-long-token" };
    const refused = await post(server, call("sleep"), headers);
    await refused.text();
    assert.equal(refused.status, 403);
    assert.equal(
      refused.headers.get("www-authenticate"),
      'Bearer error="insufficient_scope", scope="custom:write", ' +
        `resource_metadata="${server.url}/.well-known/oauth-protected-resource/mcp"`,
    );
  });
});

Deno.test("createMcpRoute answers browsers' preflights for the headers of tools' parameters", async () => {
  await withMcp(async (mcp) => {
    const origin = "https://app.example";
    await using server = await mcp.listen({ corsOrigins: [origin] });
    const preflight = await fetch(`${server.url}/mcp`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "DELETE",
        "access-control-request-headers": "content-type, mcp-param-region",
      },
    });
    assert.equal(preflight.status, 204);
    assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /mcp-param-region/);
    assert.match(preflight.headers.get("access-control-allow-methods") ?? "", /DELETE/);
  });
});

Deno.test("HttpServer drain is not held up by the streams of clients that merely listen", async () => {
  await withMcp(async (mcp) => {
    // Its time stands still: only the streams' end can end the wait.
    await using server = await mcp.listen({ clock: new FakeClock() });
    const filter = { notifications: { toolsListChanged: true } };
    const session = await openSession(server);
    const streams = await Promise.all([
      postModern(server, { method: "subscriptions/listen", params: filter }),
      fetch(`${server.url}/mcp`, { headers: { ...session, accept: "text/event-stream" } }),
      fetch(`${server.url}/sse`),
    ]);
    for (const stream of streams) {
      assert.equal(stream.headers.get("content-type"), "text/event-stream");
    }
    await server.drain({ deadlineMs: 60_000 });
    // They have ended in good order: what was sent can be read to its end.
    for (const stream of streams) await stream.text();
  });
});

Deno.test("HttpServer stops with calls running and streams open, and every client is told", async () => {
  await withMcp(async (mcp) => {
    const server = await mcp.listen();
    const session = await openSession(server);
    const listening = await fetch(`${server.url}/mcp`, {
      headers: { ...session, accept: "text/event-stream" },
    });
    const sse = await fetch(`${server.url}/sse`);
    const running = postModern(server, call("sleep"));
    await mcp.sleeper.started;
    while (mcp.streamable.statistics().running === 0) await systemClock.sleep(0);
    const draining = server.drain({ deadlineMs: 60_000 });
    await mcp.close();
    await draining;
    assert.ok(await mcp.sleeper.ended, "the call's work was stopped");
    const answer = await (await running).text();
    assert.match(answer, /stopping|cancelled/);
    await listening.text();
    await sse.text();
    await server[Symbol.asyncDispose]();
    await assert.rejects(fetch(server.url));
  });
});
