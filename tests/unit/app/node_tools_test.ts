import assert from "node:assert/strict";
import { z } from "zod";
import { describeNeighbourhood } from "../../../src/app/describe_neighbourhood.ts";
import {
  type CallerTools,
  createNodeTools,
  type NodeToolsDeps,
} from "../../../src/app/node_tools.ts";
import { isJsonObject } from "../../../src/codec/mod.ts";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import type { TrustedPeer } from "../../../src/network/mod.ts";
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
    selection: { only: [], except: [], peer: ["*"] },
    neighbourhood: undefined,
    clock: new FakeClock(1_000),
    ...members,
  });
}

const namesOf = ({ tools }: CallerTools) => tools.map(({ name }) => name);

async function call({ tools }: CallerTools, name: string, args: unknown) {
  const tool = tools.find((bound) => bound.name === name);
  assert.ok(tool, name);
  const signal = new AbortController().signal;
  const { structuredContent } = await runTool(tool, {
    args,
    logger: getLogger("test"),
    context: { signal, reportProgress: () => {} },
  });
  assert.ok(structuredContent !== undefined && isJsonObject(structuredContent));
  return structuredContent;
}

Deno.test("createNodeTools shows peers only those additional tools that are marked", () => {
  const { local, peer } = create();
  assert.ok(namesOf(local).includes("private"));
  assert.deepEqual(namesOf(local).filter((name) => !namesOf(peer).includes(name)), ["private"]);
});

Deno.test("createNodeTools lets nobody act through this node on a third one", async () => {
  const args = { "task_id": "t", "remote_multiaddr": "/ip4/192.0.2.1/tcp/1/p2p/third" };
  const byPeer = await call(create().peer, "p2p_taskqueue_get_task", args);
  assert.equal(byPeer["code"], "forwarding_refused");
  const byClient = await call(create().local, "p2p_taskqueue_get_task", args);
  assert.equal(byClient["code"], "p2p_disabled");
});

Deno.test("createNodeTools describes the node in server_info", async () => {
  const structuredContent = await call(create().local, "server_info", {});
  assert.deepEqual(structuredContent["task_types"], ["tool.call"]);
  const toolsSeenBy = async (tools: CallerTools) =>
    (await call(tools, "server_info", {}))["tools"] as readonly string[];
  assert.ok((await toolsSeenBy(create().local)).includes("private"));
  const seenByPeer = await toolsSeenBy(create().peer);
  assert.deepEqual([seenByPeer.includes("shared"), seenByPeer.includes("private")], [true, false]);
});

Deno.test("createNodeTools lets a tool call the others that its caller can see, without a detour", async () => {
  const args = { "tool_name": "echo", args: { text: "hi" } };
  const structuredContent = await call(create().local, "p2p_taskqueue_call_tool", args);
  assert.equal(structuredContent["text"], "hi");
  const hidden = { "tool_name": "private", args: {} };
  const refused = await call(create().peer, "p2p_taskqueue_call_tool", hidden);
  assert.equal(refused["code"], "tool_not_found");
});

Deno.test("createNodeTools offers peers no tool unless told to, and tasks all that are marked", () => {
  const { local, peer, task } = create({ selection: { only: [], except: ["docker"], peer: [] } });
  assert.deepEqual(namesOf(peer), []);
  const names = task.map(({ name }) => name);
  assert.ok(names.includes("echo") && names.includes("shared"), names.join());
  assert.ok(!names.includes("private"));
  assert.ok(!namesOf(local).some((name) => name.includes("docker")));
});

Deno.test("createNodeTools offers peers only what is offered at all", () => {
  const selection = { only: ["tasks", "system"], except: ["echo"], peer: ["system"] };
  assert.deepEqual(namesOf(create({ selection }).peer), ["server_info"]);
});

Deno.test("createNodeTools says that a node has no cache", async () => {
  const structuredContent = await call(create().local, "p2p_taskqueue_cache_get", { key: "k" });
  assert.equal(structuredContent["code"], "cache_disabled");
});

Deno.test("createNodeTools lists the peers that have asked for work, found or not", async () => {
  await using network = new MemoryHub().open({ peerId: "self" });
  const claimer = { peerId: "worker-peer", worker: "w", types: ["text"], lastClaimMs: 500 };
  const clock = new FakeClock(1_000);
  const neighbourhood = describeNeighbourhood(network, { claimers: () => [claimer], clock });
  const { local } = create({ network, neighbourhood });
  const structuredContent = await call(local, "list_peers", {});
  const [row] = structuredContent["peers"] as readonly Record<string, unknown>[];
  assert.equal(row?.["peer_id"], "worker-peer");
  assert.equal(row?.["worker_id"], "w");
  assert.deepEqual(row?.["supported_task_types"], ["text"]);
});

Deno.test("createNodeTools lets clients here connect and disconnect the node, and no peer", async () => {
  const hub = new MemoryHub();
  await using network = hub.open({ peerId: "self" });
  await using _other = hub.open({ peerId: "other" });
  const trust = { get: () => TRUSTED };
  const neighbourhood = describeNeighbourhood(network, { trust, clock: new FakeClock(1_000) });
  const { local, peer } = create({ network, neighbourhood });
  const target = { "peer_id": "other" };
  for (const tool of ["connect", "disconnect", "discover"]) {
    assert.equal((await call(peer, tool, target))["code"], "forwarding_refused", tool);
  }
  assert.equal((await call(local, "connect", target))["peer_id"], "other");
  const rowFor = async (tools: CallerTools) => {
    const { peers } = await call(tools, "list_peers", {});
    const [row] = peers as readonly Record<string, unknown>[];
    return [row?.["peer_id"], row?.["connected"], row?.["name"], row?.["roles"]];
  };
  assert.deepEqual(await rowFor(local), ["other", true, "laptop", ["work"]]);
  assert.deepEqual(await rowFor(peer), ["other", true, undefined, undefined]);
  assert.equal((await call(local, "disconnect", target))["disconnected"], true);
  assert.equal((await rowFor(local))[1], false);
});

const TRUSTED: TrustedPeer = {
  ...{ peerId: "other", name: "laptop", roles: ["work"], isRevoked: false, multiaddrs: [] },
  ...{ addedMs: 0, source: "command" },
};

Deno.test("createNodeTools gives each kind of caller what it may know of the neighbourhood", async () => {
  await using network = new MemoryHub().open({ peerId: "self" });
  const neighbourhood = describeNeighbourhood(network, { clock: new FakeClock() });
  const { local, peer } = create({ network, neighbourhood });
  assert.equal(local.neighbourhood, neighbourhood);
  assert.deepEqual(
    [peer.neighbourhood?.control, peer.neighbourhood?.trustOf, peer.neighbourhood?.methods],
    [undefined, undefined, undefined],
  );
  const info = await call(local, "server_info", {});
  assert.equal(info["reachability"], "public");
  const { methods, reachability } = await call(local, "list_peers", { discover: false });
  assert.deepEqual((methods as { method: string }[]).map(({ method }) => method), ["memory"]);
  assert.ok(isJsonObject(reachability ?? null));
  assert.equal((await call(peer, "list_peers", {}))["methods"], undefined);
});
