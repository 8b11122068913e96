import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import type { ToolProgress } from "../../../../src/mcp/mod.ts";
import { callPeerTool, type CallPeerToolDeps } from "../../../../src/tools/mod.ts";
import { runBound } from "../run_bound.ts";

function answering(reply: JsonObject, calls: unknown[] = []): CallPeerToolDeps {
  return {
    peerTools: {
      callTool(target, call, { timeoutMs }) {
        calls.push({ target, call, timeoutMs });
        return Promise.resolve(reply);
      },
    },
  };
}

Deno.test("p2p_taskqueue_call_tool returns the node's reply as it came", async () => {
  const calls: unknown[] = [];
  const reply = { ok: true, tool: "echo", result: { text: "hi" }, "peer_id": "far" };
  const { structuredContent, isError } = await runBound(callPeerTool, answering(reply, calls), {
    "tool_name": "echo",
    args: { text: "hi" },
    "remote_peer_id": "far",
    "timeout_s": 2,
  });
  assert.deepEqual(structuredContent, reply);
  assert.equal(isError, false);
  assert.deepEqual(calls, [{
    target: { multiaddr: undefined, peerId: "far" },
    call: { name: "echo", args: { text: "hi" } },
    timeoutMs: 2_000,
  }]);
});

Deno.test("p2p_taskqueue_call_tool calls this node without arguments if none are given", async () => {
  const calls: unknown[] = [];
  const deps = answering({ text: "hi" }, calls);
  const { structuredContent } = await runBound(callPeerTool, deps, {
    "tool_name": "server_info",
    args: null,
  });
  assert.deepEqual(structuredContent, { ok: true, text: "hi" });
  assert.deepEqual(calls, [{
    target: { multiaddr: undefined, peerId: undefined },
    call: { name: "server_info", args: {} },
    timeoutMs: 30_000,
  }]);
});

Deno.test("p2p_taskqueue_call_tool gives the failure of a tool a stable code", async () => {
  const replies: readonly (readonly [JsonObject, string])[] = [
    [{ ok: false, error: "tool_not_found", tool: "x" }, "tool_not_found"],
    [{ ok: false, error: "Something broke", code: "boom", hint: "Mend it" }, "boom"],
    [{ ok: false, error: "Something broke" }, "peer_tool_failed"],
    [{ ok: false }, "peer_tool_failed"],
  ];
  for (const [reply, code] of replies) {
    const { structuredContent, isError } = await runBound(callPeerTool, answering(reply), {
      "tool_name": "x",
    });
    assert.equal(isError, true);
    assert.equal(structuredContent["code"], code);
    assert.equal(structuredContent["hint"], reply["hint"]);
  }
});

Deno.test("p2p_taskqueue_call_tool gives up when the time is up, and tells the caller", async () => {
  let told: unknown;
  const deps: CallPeerToolDeps = {
    peerTools: {
      callTool: (_target, _call, { signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener("abort", () => {
            told = signal.reason;
            reject(signal.reason);
          })
        ),
    },
  };
  const { structuredContent } = await runBound(callPeerTool, deps, {
    "tool_name": "x",
    "remote_peer_id": "far",
    "timeout_s": 0.001,
  });
  assert.equal(structuredContent["code"], "peer_timeout");
  assert.match(String(structuredContent["error"]), /"far"/);
  assert.ok(told instanceof Error);
});

Deno.test("p2p_taskqueue_call_tool passes the progress of the node's tool on", async () => {
  const deps: CallPeerToolDeps = {
    peerTools: {
      callTool(_target, _call, { onProgress }) {
        onProgress?.({ progress: 1, total: 3, message: "one" });
        onProgress?.({ progress: 3, total: 3 });
        return Promise.resolve({ n: 1 });
      },
    },
  };
  const progress: ToolProgress[] = [];
  await runBound(callPeerTool, deps, { "tool_name": "x" }, progress);
  assert.deepEqual(progress, [
    { progress: 1, total: 3, message: "one" },
    { progress: 3, total: 3, message: "running x" },
  ]);
});
