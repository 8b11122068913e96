import assert from "node:assert/strict";
import { FakeClock, runTaskGroup } from "../../../../src/concurrency/mod.ts";
import { createMcpRoute, type HttpRoute, openHttpServer } from "../../../../src/http/mod.ts";
import { callTool, connectMcpClient, type McpClient } from "../../../../src/mcp/client/mod.ts";
import { createMcpFetchHandler } from "../../../../src/mcp/server/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import { createSampleServer, MemoryLogger, Sleeper } from "../sample_tools.ts";

async function withServer(
  body: (url: string, sleeper: Sleeper) => Promise<void>,
  options: { readonly progressFirst?: boolean } = {},
): Promise<void> {
  await runTaskGroup(async (group) => {
    const sleeper = new Sleeper(options);
    const handler = createMcpFetchHandler(group, createSampleServer({ sleeper }));
    const routes = [createMcpRoute("/mcp", handler)];
    await using server = await openHttpServer({ port: 0, routes, logger: new MemoryLogger() });
    await body(`${server.url}/mcp`, sleeper);
    group.cancel();
  });
}

/** A server that gives every request the same answer. */
async function withAnswer(
  answer: () => Response,
  body: (url: string) => Promise<void>,
): Promise<void> {
  const route: HttpRoute = { path: "/mcp", methods: ["GET", "POST"], handle: answer };
  await using server = await openHttpServer({
    port: 0,
    routes: [route],
    logger: new MemoryLogger(),
  });
  await body(`${server.url}/mcp`);
}

Deno.test("connectMcpClient says who the server is and which era it speaks", async () => {
  await withServer(async (url) => {
    await using modern = await connectMcpClient({ url });
    await using legacy = await connectMcpClient({ url }, { era: "legacy" });
    const describe = ({ era, protocolVersion, serverInfo, instructions }: McpClient) => [
      era,
      protocolVersion,
      serverInfo?.version,
      instructions,
    ];
    assert.deepEqual(describe(modern), ["modern", "2026-07-28", "1.2.3", "Use it for tests."]);
    assert.deepEqual(describe(legacy), ["legacy", "2025-11-25", "1.2.3", "Use it for tests."]);
  });
});

Deno.test("callTool connects, calls and hangs up", async () => {
  await withServer(async (url) => {
    const result = await callTool(url, "echo", { text: "hi" });
    assert.deepEqual(result.structuredContent, { text: "hi" });
    assert.deepEqual([result.text, result.isError, result.error], ["hi", false, undefined]);
  });
});

Deno.test("McpClient gives the failure of a tool as a result with code and hint", async () => {
  await withServer(async (url) => {
    const { isError, error } = await callTool(url, "fail", { how: "known" });
    assert.equal(isError, true);
    const message = "Cannot print as there is no paper";
    assert.deepEqual(error, { code: "out_of_paper", message, hint: "Put paper in" });
  });
});

Deno.test("McpClient checks results against the schema that the server has listed", async () => {
  await withServer(async (url) => {
    await using client = await connectMcpClient({ url });
    const echo = (await client.listTools()).find(({ name }) => name === "echo");
    assert.equal(echo?.title, "Echo");
    assert.equal((await client.callTool("echo", { text: "ok" })).text, "ok");
  });
});

Deno.test("McpClient throws for an unknown tool, with the server's suggestions", async () => {
  await withServer(async (url) => {
    await assert.rejects(callTool(url, "ecko"), {
      code: "unknown_tool",
      hint: 'Did you mean "echo"?',
    });
  });
});

Deno.test("connectMcpClient names the address when nobody listens there", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  for (const era of ["auto", "legacy"] as const) {
    await assert.rejects(connectMcpClient({ url: `http://127.0.0.1:${port}/mcp` }, { era }), {
      code: "server_unreachable",
      message: new RegExp(`http://127\\.0\\.0\\.1:${port}/mcp`),
      hint: /server runs/,
    });
  }
});

const ANSWERS: readonly (readonly [string, () => Response, string])[] = [
  ["401", () => new Response("", { status: 401 }), "unauthorized"],
  ["403", () => new Response("", { status: 403 }), "unauthorized"],
  ["404", () => new Response("nothing here", { status: 404 }), "not_an_mcp_server"],
  ["500", () => new Response("oops", { status: 500 }), "not_an_mcp_server"],
  ["a web page", () => htmlPage(), "not_an_mcp_server"],
  ["other JSON", () => Response.json({ hello: "world" }), "not_an_mcp_server"],
  ["broken JSON", () => brokenJson(), "not_an_mcp_server"],
];

for (const [name, answer, code] of ANSWERS) {
  Deno.test(`connectMcpClient explains a server that answers with ${name}`, async () => {
    await withAnswer(answer, async (url) => {
      for (const era of ["auto", "legacy"] as const) {
        await assert.rejects(connectMcpClient({ url }, { era }), { code }, era);
      }
    });
  });
}

function htmlPage(): Response {
  return new Response("<p>hi</p>", { headers: { "content-type": "text/html" } });
}

function brokenJson(): Response {
  return new Response("{", { headers: { "content-type": "application/json" } });
}

Deno.test("connectMcpClient gives up on a server that accepts and never answers", async () => {
  const clock = new FakeClock();
  await withSilentServer(async (url, asked) => {
    const connecting = assert.rejects(connectMcpClient({ url }, { clock, connectTimeoutMs: 500 }), {
      code: "server_timeout",
      message: /500 ms/,
    });
    await asked;
    await clock.advance(500);
    await connecting;
  });
});

Deno.test("connectMcpClient gives up with the signal's reason", async () => {
  const reason = new Error("enough");
  await withSilentServer(async (url, asked) => {
    const controller = new AbortController();
    const connecting = connectMcpClient({ url }, { signal: controller.signal });
    await asked;
    controller.abort(reason);
    await assert.rejects(connecting, (error) => error === reason);
  });
});

/** A server whose one route waits until its client is gone. */
async function withSilentServer(
  body: (url: string, asked: Promise<void>) => Promise<void>,
): Promise<void> {
  const asked = Promise.withResolvers<void>();
  const route: HttpRoute = {
    path: "/mcp",
    methods: ["POST"],
    async handle(_request, { signal }) {
      asked.resolve();
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      return new Response();
    },
  };
  const logger = new MemoryLogger();
  await using server = await openHttpServer({ port: 0, routes: [route], logger });
  await body(`${server.url}/mcp`, asked.promise);
}

for (const progressFirst of [false, true]) {
  const kind = progressFirst ? "a stream" : "an answer";
  Deno.test(`McpClient does not wait for ever when the server goes away within ${kind}`, async () => {
    await runTaskGroup(async (group) => {
      const sleeper = new Sleeper({ progressFirst });
      const handler = createMcpFetchHandler(group, createSampleServer({ sleeper }));
      const routes = [createMcpRoute("/mcp", handler)];
      const server = await openHttpServer({ port: 0, routes, logger: new MemoryLogger() });
      const recovery = { maxAttempts: 1 };
      await using client = await connectMcpClient({ url: `${server.url}/mcp` }, { recovery });
      const calling = assert.rejects(client.callTool("sleep", {}, { onProgress: () => {} }), {
        code: /connection_lost|server_unavailable|server_unreachable/,
      });
      await sleeper.started;
      await server[Symbol.asyncDispose]();
      await calling;
      group.cancel();
    });
  });
}

for (const era of ["auto", "legacy"] as const) {
  Deno.test(`McpClient goes on when the server is started anew, era ${era}`, async () => {
    const start = async (port: number, body: (port: number) => Promise<void>) => {
      await runTaskGroup(async (group) => {
        const routes = [createMcpRoute("/mcp", createMcpFetchHandler(group, createSampleServer()))];
        await using server = await openHttpServer({ port, routes, logger: new MemoryLogger() });
        await body(Number(new URL(server.url).port));
        group.cancel();
      });
    };
    let client: McpClient | undefined;
    let usedPort = 0;
    const recovery = { baseDelayMs: 1, maxDelayMs: 2 };
    await start(0, async (port) => {
      usedPort = port;
      client = await connectMcpClient({ url: `http://127.0.0.1:${port}/mcp` }, { era, recovery });
      assert.equal((await client.callTool("echo", { text: "one" })).text, "one");
    });
    await start(usedPort, async () => {
      assert.equal((await client?.callTool("echo", { text: "two" }))?.text, "two");
      await client?.[Symbol.asyncDispose]();
    });
  });
}

Deno.test("connectMcpClient tries an older peer again on a new stream", async () => {
  const hub = new MemoryHub();
  await using network = hub.open({ peerId: "old" });
  await using caller = hub.open({ peerId: "caller" });
  let streams = 0;
  await runTaskGroup(async (group) => {
    await network.handle(group, "/mcp+p2p/1.0.0", async (stream) => {
      streams++;
      await stream.read();
    });
    const connecting = connectMcpClient({
      openStream: ({ signal }) =>
        caller.openStream({ peerId: "old" }, "/mcp+p2p/1.0.0", { signal }),
    });
    await assert.rejects(connecting, { code: "connection_lost", message: /server "old"/ });
    group.cancel();
  });
  assert.equal(streams, 2);
});
