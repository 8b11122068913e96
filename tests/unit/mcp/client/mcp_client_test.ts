import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { connectMcpClient } from "../../../../src/mcp/client/mod.ts";
import { type MockAnswer, openMockServer } from "./mock_server.ts";

const common = { resultType: "complete", ttlMs: 0, cacheScope: "private" };
const capabilities = { resources: {}, prompts: {}, completions: {} };

/** Answers with these results, by method. */
function answering(results: Readonly<Record<string, JsonObject>>): MockAnswer {
  return ({ method }) => {
    const result = results[method];
    return result === undefined ? undefined : { ...common, ...result };
  };
}

Deno.test("McpClient lists resources over all pages", async () => {
  await using server = openMockServer({
    era: "modern",
    capabilities,
    answer({ method, message }) {
      if (method !== "resources/list") return undefined;
      const { cursor } = message["params"] as { cursor?: string };
      return cursor === undefined
        ? { ...common, resources: [{ uri: "a://1", name: "one" }], nextCursor: "2" }
        : { ...common, resources: [{ uri: "a://2", name: "two", mimeType: "text/plain" }] };
    },
  });
  await using client = await connectMcpClient({ url: server.url });
  assert.deepEqual(await client.listResources(), [
    { uri: "a://1", name: "one" },
    { uri: "a://2", name: "two", mimeType: "text/plain" },
  ]);
});

Deno.test("McpClient reads resources, and lists their templates", async () => {
  const contents = [{ uri: "a://1", text: "hello", mimeType: "text/plain" }];
  const resourceTemplates = [{ uriTemplate: "a://{id}", name: "any" }];
  await using server = openMockServer({
    era: "modern",
    capabilities,
    answer: answering({
      "resources/read": { contents },
      "resources/templates/list": { resourceTemplates },
    }),
  });
  await using client = await connectMcpClient({ url: server.url });
  assert.deepEqual(await client.readResource("a://1"), contents);
  assert.deepEqual(await client.listResourceTemplates(), resourceTemplates);
});

Deno.test("McpClient lists prompts, and gets one", async () => {
  const messages = [{ role: "user", content: { type: "text", text: "Do it." } }];
  await using server = openMockServer({
    era: "modern",
    capabilities,
    answer: answering({
      "prompts/list": { prompts: [{ name: "plain" }] },
      "prompts/get": { description: "About it", messages },
    }),
  });
  await using client = await connectMcpClient({ url: server.url });
  assert.deepEqual(await client.listPrompts(), [{ name: "plain", arguments: [] }]);
  const prompt = await client.getPrompt("plain", { style: "short" });
  assert.deepEqual(prompt, { description: "About it", messages });
  const asked = server.requests.find(({ method }) => method === "prompts/get")?.message;
  const { arguments: args } = asked?.["params"] as JsonObject;
  assert.deepEqual(args, { style: "short" });
});

Deno.test("McpClient completes arguments of prompts and variables of templates", async () => {
  await using server = openMockServer({
    era: "modern",
    capabilities,
    answer: answering({ "completion/complete": { completion: { values: ["abc", "abd"] } } }),
  });
  await using client = await connectMcpClient({ url: server.url });
  const typed = { argument: "id", value: "ab", known: { kind: "x" } };
  const values = await client.complete({ of: { uriTemplate: "a://{id}" }, ...typed });
  assert.deepEqual(values, ["abc", "abd"]);
  await client.complete({ of: { prompt: "plain" }, argument: "style", value: "" });
  const asked = server.requests.filter(({ method }) => method === "completion/complete")
    .map(({ message }) => {
      const { ref, argument, context } = message["params"] as JsonObject;
      return { ref, argument, context };
    });
  assert.deepEqual(asked, [
    {
      ref: { type: "ref/resource", uri: "a://{id}" },
      argument: { name: "id", value: "ab" },
      context: { arguments: { kind: "x" } },
    },
    {
      ref: { type: "ref/prompt", name: "plain" },
      argument: { name: "style", value: "" },
      context: undefined,
    },
  ]);
});

Deno.test("McpClient lists nothing of what a server does not have, without asking it", async () => {
  await using server = openMockServer({ era: "modern", capabilities: {} });
  await using client = await connectMcpClient({ url: server.url });
  assert.deepEqual(client.capabilities, {});
  const lists = await Promise.all([
    client.listTools(),
    client.listResources(),
    client.listResourceTemplates(),
    client.listPrompts(),
  ]);
  assert.deepEqual(lists, [[], [], [], []]);
  assert.deepEqual(server.seen, ["server/discover"]);
});

Deno.test("McpClient passes a server's refusal on, with its code", async () => {
  await using server = openMockServer({
    era: "modern",
    capabilities,
    answer({ method, message }) {
      if (method !== "resources/read") return undefined;
      const data = { uri: "a://none", code: "unknown_resource" };
      const error = { code: -32602, message: "There is none", data };
      return Response.json({ jsonrpc: "2.0", id: message["id"], error }, { status: 400 });
    },
  });
  await using client = await connectMcpClient({ url: server.url });
  await assert.rejects(client.readResource("a://none"), {
    code: "remote_error",
    answer: { rpcCode: -32602, message: "There is none", remoteCode: "unknown_resource" },
  });
});

Deno.test("McpClient says which scope is missing", async () => {
  await using server = openMockServer({
    era: "modern",
    answer({ method }) {
      if (method !== "tools/call") return undefined;
      const challenge = 'Bearer error="insufficient_scope", scope="tasks:write"';
      return new Response("{}", { status: 403, headers: { "www-authenticate": challenge } });
    },
  });
  await using client = await connectMcpClient({ url: server.url });
  await assert.rejects(client.callTool("echo", {}), {
    code: "unauthorized",
    requiredScope: "tasks:write",
    hint: 'Give a token that has the scope "tasks:write"',
  });
});

Deno.test("McpClient sends nothing for a caller that has given up before", async () => {
  await using server = openMockServer({ era: "modern" });
  await using client = await connectMcpClient({ url: server.url });
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  for (
    const asking of [
      client.listTools({ signal }),
      client.callTool("echo", {}, { signal }),
      client.readResource("a://1", { signal }),
    ]
  ) {
    await assert.rejects(asking, (error) => error === reason);
  }
  assert.deepEqual(server.seen, ["server/discover"]);
});
