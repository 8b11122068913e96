import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { connectMcpClient, type InputHandlers } from "../../../../src/mcp/client/mod.ts";
import {
  type MockAnswer,
  type MockServer,
  openMockServer,
  resultOf,
  streamOf,
  toEvent,
  toolText,
} from "./mock_server.ts";

const FORM = {
  message: "Who are you?",
  requestedSchema: {
    type: "object",
    properties: { name: { type: "string" }, age: { type: "integer", default: 30 } },
  },
};

const handlers: InputHandlers = {
  elicit: ({ message }) => ({ action: "accept", content: { name: `asked: ${message}` } }),
};

/** What the client said it can do, in the first message that says so. */
function declared({ requests }: MockServer): unknown {
  for (const { message } of requests) {
    const params = (message["params"] ?? {}) as JsonObject;
    const meta = (params["_meta"] ?? {}) as JsonObject;
    const said = params["capabilities"] ??
      meta["io.modelcontextprotocol/clientCapabilities"];
    if (said !== undefined) return said;
  }
  return undefined;
}

Deno.test("connectMcpClient says that nothing may be asked of it by default", async () => {
  for (const era of ["legacy", "modern"] as const) {
    await using server = openMockServer({ era });
    await using _client = await connectMcpClient({ url: server.url });
    assert.deepEqual(declared(server), {}, era);
  }
});

Deno.test("connectMcpClient says what may be asked of it, by its handlers", async () => {
  await using server = openMockServer({ era: "modern" });
  const all = { elicit: () => ({}), createMessage: () => ({}), listRoots: () => ({}) };
  await using _client = await connectMcpClient({ url: server.url }, { handlers: all });
  const said = declared(server) as JsonObject;
  assert.deepEqual(Object.keys(said).sort(), ["elicitation", "roots", "sampling"]);
});

Deno.test("a handler answers a question that a server of the legacy era pushes", async () => {
  const answered = Promise.withResolvers<JsonObject>();
  const answer: MockAnswer = async ({ method, message }) => {
    if (method === "" && message["id"] === "q1") {
      answered.resolve(message);
      return new Response(null, { status: 202 });
    }
    if (method !== "tools/call") return undefined;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async start(controller) {
        const send = (data: JsonObject): void =>
          controller.enqueue(new TextEncoder().encode(toEvent(data)));
        send({ jsonrpc: "2.0", id: "q1", method: "elicitation/create", params: FORM });
        const { result } = await answered.promise;
        send(resultOf(message, toolText(JSON.stringify(result))));
        controller.close();
      },
    });
    return await Promise.resolve(
      new Response(body, { headers: { "content-type": "text/event-stream" } }),
    );
  };
  await using server = openMockServer({ era: "legacy", answer });
  await using client = await connectMcpClient({ url: server.url }, { handlers });
  const { text } = await client.callTool("echo", {});
  assert.deepEqual(JSON.parse(text), {
    action: "accept",
    content: { name: "asked: Who are you?", age: 30 },
  });
});

Deno.test("a handler answers a question that a server of the modern era has in its result", async () => {
  await using server = openMockServer({
    era: "modern",
    answer({ method, message }) {
      if (method !== "tools/call") return undefined;
      const { inputResponses, requestState } = message["params"] as JsonObject;
      if (inputResponses === undefined) {
        return {
          resultType: "input_required",
          inputRequests: { who: { method: "elicitation/create", params: FORM } },
          requestState: "sealed",
        };
      }
      return toolText(JSON.stringify({ inputResponses, requestState }));
    },
  });
  await using client = await connectMcpClient({ url: server.url }, { handlers });
  const { text } = await client.callTool("echo", {});
  const { inputResponses, requestState } = JSON.parse(text);
  assert.equal(requestState, "sealed");
  assert.equal(inputResponses.who.content.name, "asked: Who are you?");
});

Deno.test("a question that nobody can answer is refused", async () => {
  const answered = Promise.withResolvers<JsonObject>();
  await using server = openMockServer({
    era: "legacy",
    answer({ method, message }) {
      if (method === "" && message["id"] === "q1") {
        answered.resolve(message);
        return new Response(null, { status: 202 });
      }
      if (method !== "tools/call") return undefined;
      const question = { jsonrpc: "2.0", id: "q1", method: "elicitation/create", params: FORM };
      return streamOf(toEvent(question), toEvent(resultOf(message, toolText("on its own"))));
    },
  });
  await using client = await connectMcpClient({ url: server.url });
  assert.equal((await client.callTool("echo", {})).text, "on its own");
  const { error } = await answered.promise;
  assert.ok(error !== undefined);
});
