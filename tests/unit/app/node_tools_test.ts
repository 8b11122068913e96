import assert from "node:assert/strict";
import { z } from "zod";
import { createNodeTools, type NodeToolsDeps } from "../../../src/app/node_tools.ts";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import { MemoryHub } from "../../../src/network/memory/mod.ts";
import { bindTool, type BoundTool } from "../../../src/mcp/server/mod.ts";
import type { TaskQueue } from "../../../src/taskqueue/mod.ts";
import { runTool } from "../../../src/mcp/server/mod.ts";
import { getLogger } from "../../../src/telemetry/mod.ts";

function extraTool(name: string, callableByTasks: boolean): BoundTool {
  const schema = z.object({});
  return bindTool({
    name,
    title: name,
    description: name,
    input: schema,
    output: schema,
    callableByTasks,
    run: () => ({}),
  }, undefined);
}

function create(members: Partial<NodeToolsDeps> = {}) {
  return createNodeTools({
    name: "mcpp",
    queue: { peerId: "self" } as TaskQueue,
    cache: undefined,
    network: undefined,
    client: undefined,
    taskTypes: () => ["tool.call"],
    extra: [extraTool("private", false), extraTool("shared", true)],
    clock: new FakeClock(1_000),
    ...members,
  });
}

function call(tools: readonly BoundTool[], name: string, args: unknown) {
  const tool = tools.find((bound) => bound.name === name);
  assert.ok(tool, name);
  const signal = new AbortController().signal;
  return runTool(tool, {
    args,
    logger: getLogger("test"),
    context: { signal, reportProgress: () => {} },
  });
}

Deno.test("createNodeTools shows peers only those additional tools that are marked", () => {
  const { local, peer } = create();
  const names = (tools: readonly BoundTool[]) => tools.map((tool) => tool.name);
  assert.ok(names(local).includes("private"));
  assert.deepEqual(names(local).filter((name) => !names(peer).includes(name)), ["private"]);
});

Deno.test("createNodeTools lets nobody act through this node on a third one", async () => {
  const args = { "task_id": "t", "remote_multiaddr": "/ip4/192.0.2.1/tcp/1/p2p/third" };
  const byPeer = await call(create().peer, "p2p_taskqueue_get_task", args);
  assert.equal(byPeer.structuredContent["code"], "forwarding_refused");
  const byClient = await call(create().local, "p2p_taskqueue_get_task", args);
  assert.equal(byClient.structuredContent["code"], "p2p_disabled");
});

Deno.test("createNodeTools describes the node in server_info", async () => {
  const { structuredContent } = await call(create().local, "server_info", {});
  assert.deepEqual(structuredContent["task_types"], ["tool.call"]);
  const toolsSeenBy = async (tools: readonly BoundTool[]) =>
    (await call(tools, "server_info", {})).structuredContent["tools"] as readonly string[];
  assert.ok((await toolsSeenBy(create().local)).includes("private"));
  const seenByPeer = await toolsSeenBy(create().peer);
  assert.deepEqual([seenByPeer.includes("shared"), seenByPeer.includes("private")], [true, false]);
});

Deno.test("createNodeTools lets a tool call the others that its caller can see, without a detour", async () => {
  const args = { "tool_name": "echo", args: { text: "hi" } };
  const { structuredContent } = await call(create().local, "p2p_taskqueue_call_tool", args);
  assert.equal(structuredContent["text"], "hi");
  const hidden = { "tool_name": "private", args: {} };
  const refused = await call(create().peer, "p2p_taskqueue_call_tool", hidden);
  assert.equal(refused.structuredContent["code"], "tool_not_found");
});

Deno.test("createNodeTools says that a node has no cache", async () => {
  const { structuredContent } = await call(create().local, "p2p_taskqueue_cache_get", { key: "k" });
  assert.equal(structuredContent["code"], "cache_disabled");
});

Deno.test("createNodeTools lists the peers that have asked for work, found or not", async () => {
  await using network = new MemoryHub().open({ peerId: "self" });
  const claimer = { peerId: "worker-peer", worker: "w", types: ["text"], lastClaimMs: 500 };
  const { local } = create({ network, claimers: () => [claimer] });
  const { structuredContent } = await call(local, "list_peers", {});
  const [row] = structuredContent["peers"] as readonly Record<string, unknown>[];
  assert.equal(row?.["peer_id"], "worker-peer");
  assert.equal(row?.["worker_id"], "w");
  assert.deepEqual(row?.["supported_task_types"], ["text"]);
});
