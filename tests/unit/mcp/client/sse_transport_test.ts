import assert from "node:assert/strict";
import { connectMcpClient } from "../../../../src/mcp/client/mod.ts";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { resultOf, toEvent, toolText } from "./mock_server.ts";

/** A server of the oldest revision: a stream of events, and a URL for messages. */
function openOldServer() {
  const streams = new Map<string, ReadableStreamDefaultController<Uint8Array>>();
  let opened = 0;
  let calls = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (request.method === "GET" && pathname === "/sse") return openStream();
      if (request.method !== "POST" || pathname !== "/messages") {
        await request.text();
        return new Response(null, { status: 404 });
      }
      const message = await request.json() as JsonObject;
      const stream = streams.get(searchParams.get("sessionId") ?? "");
      if (stream === undefined) return new Response(null, { status: 404 });
      const result = resultFor(message);
      if (result !== undefined) send(stream, toEvent(resultOf(message, result)));
      return new Response(null, { status: 202 });
    },
  );
  function openStream(): Response {
    const id = `s${++opened}`;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        streams.set(id, controller);
        send(controller, `event: endpoint\ndata: /messages?sessionId=${id}\n\n`);
      },
      cancel: () => void streams.delete(id),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }
  function resultFor({ method, params }: JsonObject): JsonObject | undefined {
    if (method === "initialize") {
      const serverInfo = { name: "old", version: "1.0.0" };
      return { protocolVersion: "2024-11-05", capabilities: { tools: {} }, serverInfo };
    }
    if (method === "tools/list") return { tools: [] };
    if (method !== "tools/call") return undefined;
    calls++;
    return toolText(JSON.stringify((params as JsonObject)["arguments"]));
  }
  const send = (stream: ReadableStreamDefaultController<Uint8Array>, text: string): void =>
    stream.enqueue(new TextEncoder().encode(text));
  return {
    url: `http://127.0.0.1:${server.addr.port}/sse`,
    opened: () => opened,
    calls: () => calls,
    endStreams: () => {
      for (const stream of streams.values()) stream.close();
      streams.clear();
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

for (const transport of ["auto", "sse"] as const) {
  Deno.test(`connectMcpClient speaks to a server of revision 2024-11-05, transport ${transport}`, async () => {
    await using server = openOldServer();
    {
      await using client = await connectMcpClient({ url: server.url, transport });
      assert.deepEqual([client.era, client.protocolVersion], ["legacy", "2024-11-05"]);
      assert.equal((await client.callTool("any", { n: 1 })).text, '{"n":1}');
    }
    assert.equal(server.opened(), 1);
  });
}

Deno.test("McpClient opens another stream when that of an old server has ended", async () => {
  await using server = openOldServer();
  const recovery = { baseDelayMs: 1, maxDelayMs: 2 };
  await using client = await connectMcpClient({ url: server.url, transport: "sse" }, { recovery });
  server.endStreams();
  // Whether or not this notices the end before it is sent: it may be asked twice.
  assert.deepEqual(await client.listTools(), []);
  assert.equal((await client.callTool("any", { n: 2 })).text, '{"n":2}');
  assert.deepEqual([server.opened(), server.calls()], [2, 1]);
});
