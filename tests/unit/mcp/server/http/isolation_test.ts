import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { runTaskGroup, systemClock } from "../../../../../src/concurrency/mod.ts";
import {
  bindTool,
  createMcpFetchHandler,
  createToolTable,
  type McpFetchHandler,
  type Tool,
} from "../../../../../src/mcp/server/mod.ts";
import { MemoryLogger } from "../../sample_tools.ts";

/** Waits until it is told to go on, and says its text on the way and in the end. */
class GatedEcho {
  readonly #gates = new Map<string, PromiseWithResolvers<void>>();

  get tool(): Tool<unknown, { text: string }, { text: string }> {
    return {
      name: "gated_echo",
      title: "Gated echo",
      description: "Gives back the text when it may.",
      input: z.object({ text: z.string() }),
      output: z.object({ text: z.string() }),
      run: async (_deps, { text }, { reportProgress }) => {
        reportProgress({ progress: 1, message: text });
        await this.#gate(text).promise;
        reportProgress({ progress: 2, message: text });
        return { text };
      },
    };
  }

  open(text: string): void {
    this.#gate(text).resolve();
  }

  #gate(text: string): PromiseWithResolvers<void> {
    const gate = this.#gates.get(text) ?? Promise.withResolvers<void>();
    this.#gates.set(text, gate);
    return gate;
  }
}

const WAYS = ["modern", "sessionless", "session"] as const;
type Way = typeof WAYS[number];

const ACCEPT = "application/json, text/event-stream";
const JSON_HEADERS = { "content-type": "application/json", accept: ACCEPT };

/** One of the clients: they all use the same ids. */
class Client {
  readonly #handler: McpFetchHandler;
  readonly #way: Way;
  #headers: Record<string, string> = JSON_HEADERS;

  constructor(handler: McpFetchHandler, way: Way) {
    this.#handler = handler;
    this.#way = way;
  }

  async connect(): Promise<void> {
    if (this.#way !== "session") return;
    const params = { protocolVersion: "2025-11-25", capabilities: {} };
    const response = await this.#post({ jsonrpc: "2.0", id: 0, method: "initialize", params });
    await response.body?.cancel();
    const id = response.headers.get("mcp-session-id") ?? "";
    this.#headers = { ...this.#headers, "mcp-session-id": id };
  }

  /** Everything that comes back for a call. */
  async call(id: number, text: string): Promise<string> {
    const isModern = this.#way === "modern";
    const meta = isModern && {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const headers = isModern && {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "gated_echo",
    };
    const params = {
      name: "gated_echo",
      arguments: { text },
      _meta: { ...meta, progressToken: id },
    };
    const message = { jsonrpc: "2.0", id, method: "tools/call", params };
    const response = await this.#post(message, headers || {});
    return await response.text();
  }

  #post(message: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.#handler.fetch(
      new Request("http://localhost/mcp", {
        method: "POST",
        headers: { ...this.#headers, ...headers },
        body: JSON.stringify(message),
      }),
    );
  }
}

const clients = fc.array(fc.constantFrom(...WAYS), { minLength: 2, maxLength: 4 });
const callsEach = fc.integer({ min: 1, max: 3 });

Deno.test("createMcpFetchHandler gives each client its own answers, whatever ids they share", async () => {
  await fc.assert(
    fc.asyncProperty(clients, callsEach, fc.infiniteStream(fc.nat()), async (ways, each, order) => {
      const echo = new GatedEcho();
      const logger = new MemoryLogger();
      await runTaskGroup(async (group) => {
        const handler = createMcpFetchHandler(group, {
          serverInfo: { name: "isolation", version: "1" },
          tools: createToolTable([bindTool(echo.tool, undefined)]),
          logger,
        });
        const texts: string[] = [];
        const allCalled = Promise.withResolvers<void>();
        const calls = ways.map(async (way, number) => {
          const client = new Client(handler, way);
          await client.connect();
          return await Promise.all(Array.from({ length: each }, async (_, id) => {
            const text = `secret of ${number}, call ${id};`;
            texts.push(text);
            if (texts.length === ways.length * each) allCalled.resolve();
            const seen = await client.call(id + 1, text);
            const secrets = new Set(seen.match(/secret of \d+, call \d+;/g));
            assert.deepEqual([...secrets], [text]);
            assert.match(seen, new RegExp(`"id":${id + 1}\\b`));
          }));
        });
        const all = Promise.all(calls);
        while (texts.length < ways.length * each) await systemClock.sleep(0);
        const ranked = texts.map((text) => ({ text, rank: order.next().value }));
        for (const { text } of ranked.sort((a, b) => a.rank - b.rank)) echo.open(text);
        await all;
        await handler.close();
      });
      assert.deepEqual(logger.failures, []);
    }),
    { numRuns: 40 },
  );
});
