import assert from "node:assert/strict";
import { runTaskGroup, type TaskGroup } from "../../../../src/concurrency/mod.ts";
import { createHttpFarSide } from "../../../../src/mcp/relay/http_far_side.ts";
import {
  bindTool,
  createMcpFetchHandler,
  createToolTable,
  type McpFetchHandler,
  type McpServerOptions,
} from "../../../../src/mcp/server/mod.ts";
import { createSampleServer, MemoryLogger, Sleeper } from "../sample_tools.ts";
import { askTool } from "../server/channel/asking_and_changing.ts";
import { connectThroughRelay } from "./relay_client.ts";

/** A server that can be restarted, without a network. */
class WebServer {
  handler: McpFetchHandler;
  readonly sessions = new Set<string>();
  readonly #group: TaskGroup;
  readonly #options: McpServerOptions;

  constructor(group: TaskGroup, options: McpServerOptions) {
    this.#group = group;
    this.#options = options;
    this.handler = this.#create();
  }

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const signal = init?.signal ?? undefined;
    const response = await this.handler.fetch(new Request(String(input), init), { signal });
    const session = response.headers.get("mcp-session-id");
    if (session !== null) this.sessions.add(session);
    return response;
  };

  /** Forgets all sessions, as after a restart without a store. */
  async restart(): Promise<void> {
    await this.handler.close();
    this.handler = this.#create();
  }

  #create(): McpFetchHandler {
    return createMcpFetchHandler(this.#group, this.#options);
  }
}

async function withServer(
  body: (bench: { group: TaskGroup; server: WebServer; sleeper: Sleeper }) => Promise<void>,
  options: Partial<McpServerOptions> = {},
): Promise<void> {
  await runTaskGroup(async (group) => {
    const sleeper = new Sleeper();
    const server = new WebServer(group, { ...createSampleServer({ sleeper }), ...options });
    await body({ group, server, sleeper });
    await server.handler.close();
    group.cancel();
  });
}

function farSideOf({ fetch }: WebServer) {
  return createHttpFarSide({ url: "http://localhost/mcp", fetch, logger: new MemoryLogger() });
}

for (const era of ["auto", "legacy"] as const) {
  Deno.test(`relayMcp carries a client to a server over HTTP, era ${era}`, async () => {
    await withServer(async ({ group, server }) => {
      await using client = await connectThroughRelay(group, farSideOf(server), { era });
      assert.equal(client.era, era === "legacy" ? "legacy" : "modern");
      assert.equal((await client.listTools()).length, 4);
      assert.equal((await client.callTool("echo", { text: "über" })).text, "über");
      const seen: number[] = [];
      const onProgress = ({ progress }: { progress: number }) => void seen.push(progress);
      await client.callTool("count", { to: 3 }, { onProgress });
      assert.deepEqual(seen, [1, 2, 3]);
      await assert.rejects(client.callTool("ecko", {}), { code: "unknown_tool" });
      assert.equal(server.sessions.size, era === "legacy" ? 1 : 0);
    });
  });

  Deno.test(`relayMcp cancels the work of a server over HTTP, era ${era}`, async () => {
    await withServer(async ({ group, server, sleeper }) => {
      await using client = await connectThroughRelay(group, farSideOf(server), { era });
      const controller = new AbortController();
      const calling = client.callTool("sleep", {}, { signal: controller.signal });
      await sleeper.started;
      controller.abort(new Error("enough"));
      await assert.rejects(calling, /enough/);
      await sleeper.ended;
      assert.equal((await client.callTool("echo", { text: "on" })).text, "on");
    });
  });

  Deno.test(`relayMcp ends the work of a server over HTTP when the client is gone, era ${era}`, async () => {
    await withServer(async ({ server, sleeper }) => {
      await runTaskGroup(async (inner) => {
        const client = await connectThroughRelay(inner, farSideOf(server), { era });
        const calling = assert.rejects(client.callTool("sleep", {}), { code: "connection_lost" });
        await sleeper.started;
        inner.cancel("stop");
        await calling;
      });
      await sleeper.ended;
    });
  });

  Deno.test(`relayMcp lets a server over HTTP ask the client, era ${era}`, async () => {
    const tools = createToolTable([bindTool(askTool, undefined)]);
    await withServer(async ({ group, server }) => {
      const elicit = () => ({ action: "accept", content: { name: "Ada" } });
      const options = { era, handlers: { elicit } };
      await using client = await connectThroughRelay(group, farSideOf(server), options);
      const { structuredContent } = await client.callTool("ask", {});
      assert.deepEqual(structuredContent, { name: "Ada", peer: "" });
    }, { tools });
  });

  Deno.test(`relayMcp goes on with a restarted server over HTTP, era ${era}`, async () => {
    await withServer(async ({ group, server }) => {
      await using client = await connectThroughRelay(group, farSideOf(server), { era });
      assert.equal((await client.callTool("echo", { text: "one" })).text, "one");
      await server.restart();
      assert.equal((await client.callTool("echo", { text: "two" })).text, "two");
      assert.equal(server.sessions.size, era === "legacy" ? 2 : 0);
    });
  });
}
