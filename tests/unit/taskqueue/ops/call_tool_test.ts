import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { createQueueClient, type PeerTools } from "../../../../src/taskqueue/mod.ts";
import { ask } from "../server/ask_raw.ts";
import { TOKEN, withServedQueue } from "../with_served_queue.ts";

/** One tool that sends back what it is given, and one that fails. */
const tools: PeerTools = {
  has: (name) => name === "echo" || name === "fail",
  call: (name, args) =>
    Promise.resolve(
      name === "echo"
        ? { text: "hi", args }
        : { ok: false, error: "no paper", code: "out_of_paper" },
    ),
};

async function call(message: JsonObject) {
  let reply: Readonly<Record<string, unknown>> = {};
  await withServedQueue(async ({ network }) => {
    reply = await ask(network, { op: "call_tool", token: TOKEN, ...message });
  }, { tools });
  return reply;
}

Deno.test("call_tool replies with what the tool returns", async () => {
  const reply = await call({ tool: "echo", args: { a: 1 } });
  assert.deepEqual(reply, { ok: true, text: "hi", args: { a: 1 }, "peer_id": "server" });
});

Deno.test("call_tool understands all names of its members", async () => {
  for (
    const message of [{ "tool_name": "echo", arguments: { a: 1 } }, {
      name: "echo",
      params: { a: 1 },
    }]
  ) {
    assert.deepEqual((await call(message))["args"], { a: 1 });
  }
  assert.deepEqual((await call({ tool: "echo", args: 5 }))["args"], { value: 5 });
});

Deno.test("call_tool tells a failing tool, an unknown one and a missing name apart", async () => {
  assert.deepEqual(await call({ tool: "fail" }), {
    ok: false,
    tool: "fail",
    error: "no paper",
    code: "out_of_paper",
    "peer_id": "server",
  });
  assert.equal((await call({ tool: "none" }))["error"], "tool_not_found");
  assert.equal((await call({}))["error"], "missing_tool_name");
});

Deno.test("call_tool is refused where peers may call no tools", async () => {
  await withServedQueue(async ({ network }) => {
    const reply = await ask(network, { op: "tool", tool: "echo", token: TOKEN });
    assert.equal(reply["error"], "tools_disabled");
  });
});

Deno.test("call_tool tells how far the tool is, if asked to", async () => {
  const reporting: PeerTools = {
    has: () => true,
    call(_name, _args, { onProgress }) {
      onProgress?.({ progress: 1, total: 2, message: "half" });
      return Promise.resolve({ told: onProgress !== undefined });
    },
  };
  await withServedQueue(async ({ network }) => {
    await using client = createQueueClient({ network, token: TOKEN });
    const target = { peerId: "server" };
    const told: unknown[] = [];
    const call = { name: "x", args: {} };
    const onProgress = (progress: unknown) => told.push(progress);
    const timeoutMs = 1_000;
    const reply = await client.callTool(target, call, { timeoutMs, onProgress });
    assert.equal(reply["told"], true);
    assert.deepEqual(told, [{ progress: 1, total: 2, message: "half" }]);
    assert.equal((await client.callTool(target, call, { timeoutMs }))["told"], false);
  }, { tools: reporting });
});
