import assert from "node:assert/strict";
import { connectRelay } from "../../../src/app/mod.ts";
import { runTaskGroup } from "../../../src/concurrency/mod.ts";
import { createConfig } from "../../../src/config/mod.ts";
import { createMcpRoute, type HttpRoute, openHttpServer } from "../../../src/http/mod.ts";
import { createMcpFetchHandler } from "../../../src/mcp/server/mod.ts";
import { createSampleServer, MemoryLogger, Sleeper } from "../mcp/sample_tools.ts";

const ECHO = '{"jsonrpc":"2.0","id":1,"method":"tools/call",' +
  '"params":{"name":"echo","arguments":{"text":"hi"}}}\n';
const SLEEP = '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"sleep"}}\n';

/** A server with the sample tools that notes the credentials it is shown. */
async function withServer(
  body: (bench: { url: string; sleeper: Sleeper; shown: (string | null)[] }) => Promise<void>,
): Promise<void> {
  await runTaskGroup(async (group) => {
    const sleeper = new Sleeper();
    const shown: (string | null)[] = [];
    const handler = createMcpFetchHandler(group, createSampleServer({ sleeper }));
    const route = createMcpRoute("/mcp", handler);
    const noting: HttpRoute = {
      ...route,
      handle(request, context) {
        shown.push(request.headers.get("authorization"));
        return route.handle(request, context);
      },
    };
    const logger = new MemoryLogger();
    await using server = await openHttpServer({ port: 0, routes: [noting], logger });
    await body({ url: `${server.url}/mcp`, sleeper, shown });
    await handler.close();
  });
}

function textOf(): { readonly output: WritableStream<Uint8Array>; readonly read: () => string } {
  let text = "";
  const decoder = new TextDecoder();
  const output = new WritableStream<Uint8Array>({
    write(chunk) {
      text += decoder.decode(chunk, { stream: true });
    },
  });
  return { output, read: () => text };
}

Deno.test("connectRelay answers its input through a server, with its credentials, and ends", async () => {
  await withServer(async ({ url, shown }) => {
    const { output, read } = textOf();
    const input = new Blob([ECHO]).stream();
    await connectRelay(url, { input, output, config: createConfig(), bearer: "sesame" });
    const { id, result } = JSON.parse(read());
    assert.deepEqual([id, result.structuredContent], [1, { text: "hi" }]);
    assert.deepEqual(shown, ["Bearer sesame"]);
  });
});

Deno.test("connectRelay ends with its signal, and so does the work of the server", async () => {
  await withServer(async ({ url, sleeper }) => {
    const input = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(SLEEP)),
    });
    const controller = new AbortController();
    const { output, read } = textOf();
    const { signal } = controller;
    const relayed = connectRelay(url, { input, output, config: createConfig(), signal });
    await sleeper.started;
    controller.abort(new Error("stop"));
    await assert.rejects(relayed, /stop/);
    await sleeper.ended;
    assert.equal(read(), "");
  });
});

Deno.test("connectRelay refuses targets that it cannot relay to", async () => {
  const streams = () => ({ input: new ReadableStream<Uint8Array>(), output: textOf().output });
  const config = createConfig();
  await assert.rejects(connectRelay("ftp://x", { ...streams(), config }), { code: "invalid_url" });
  await assert.rejects(connectRelay({ command: "deno" }, { ...streams(), config }), {
    code: "not_relayable",
  });
});
