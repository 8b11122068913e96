import assert from "node:assert/strict";
import { addressOf, callMcpp, type McppProcess, runMcpp, startMcpp } from "./mcpp_process.ts";

const TOKEN = "e2e-token";
const TOKEN_ENV = { IPFS_ACCELERATE_PY_TASK_P2P_TOKEN: TOKEN };
const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };

Deno.test("a task submitted on one node is done by another and its result comes back", async () => {
  await using near = await startMcpp({ env: TOKEN_ENV, args: ["--no-worker"] });
  await using far = await startMcpp({ env: TOKEN_ENV });
  const target = { "remote_multiaddr": addressOf(far) };
  const submitted = await callMcpp(near, "p2p_taskqueue_submit", { ...ECHO, ...target });
  assert.equal(submitted["peer_id"], far.ready.peerId);
  const waited = await callMcpp(near, "p2p_taskqueue_wait_task", {
    "task_id": submitted["task_id"],
    ...target,
  });
  assert.equal(waited.task.status, "completed");
  assert.deepEqual(waited.task.result, { tool: "echo", result: { text: "hi" } });
});

Deno.test("a task without a target runs on the node's own queue", async () => {
  await using node = await startMcpp({ args: ["--no-p2p"] });
  assert.equal(node.ready.peerId, "");
  assert.deepEqual(node.ready.multiaddrs, []);
  const submitted = await callMcpp(node, "p2p_taskqueue_submit", ECHO);
  const waited = await callMcpp(node, "p2p_taskqueue_wait_task", {
    "task_id": submitted["task_id"],
  });
  assert.equal(waited.task.status, "completed");
});

Deno.test("a node without the token is refused, with a code", async () => {
  await using near = await startMcpp({ env: { MCPP_TOKEN: "wrong" } });
  await using far = await startMcpp({ env: TOKEN_ENV });
  const finished = await runMcpp([
    "call",
    "p2p_taskqueue_submit",
    JSON.stringify({ ...ECHO, "remote_multiaddr": addressOf(far) }),
    "--url",
    near.ready.url,
  ]);
  assert.equal(finished.code, 4);
  assert.equal(JSON.parse(finished.stdout).code, "unauthorized");
});

Deno.test("two nodes on one network find each other and work by peer id", async () => {
  const listen = "/ip4/0.0.0.0/tcp/0";
  await using near = await startMcpp({ env: TOKEN_ENV, listen });
  await using far = await startMcpp({ env: TOKEN_ENV, listen });
  await untilPeerIsListed(near, far.ready.peerId);
  const target = { "peer_id": far.ready.peerId };
  const submitted = await callMcpp(near, "p2p_taskqueue_submit", { ...ECHO, ...target });
  assert.equal(submitted["peer_id"], far.ready.peerId);
  const waited = await callMcpp(near, "p2p_taskqueue_wait_task", {
    "task_id": submitted["task_id"],
    "remote_peer_id": far.ready.peerId,
  });
  assert.equal(waited.task.status, "completed");
});

/** mDNS answers within an interval of 10 s; nothing announces its end, so the list is asked. */
async function untilPeerIsListed(node: McppProcess, peerId: string): Promise<void> {
  for (let round = 0; round < 60; round++) {
    const { peers } = await callMcpp(node, "list_peers", {});
    if (peers.some((peer: { "peer_id": string }) => peer["peer_id"] === peerId)) return;
  }
  assert.fail(`peer ${peerId} was not found`);
}

Deno.test("the client reaches a node over the peer-to-peer network, and what peers may call there", async () => {
  await using closed = await startMcpp({ env: TOKEN_ENV });
  const none = await runMcpp(["tools", "--peer", addressOf(closed)], { env: TOKEN_ENV });
  assert.deepEqual(JSON.parse(none.stdout), { tools: [] });
  await using node = await startMcpp({ env: TOKEN_ENV, args: ["--peer-tools", "tasks,echo"] });
  const peer = ["--peer", addressOf(node)];
  const listed = await runMcpp(["tools", ...peer], { env: TOKEN_ENV });
  assert.equal(listed.code, 0, listed.stderr);
  const names = JSON.parse(listed.stdout).tools.map((tool: { name: string }) => tool.name);
  assert.ok(names.includes("p2p_taskqueue_submit"), names.join());
  assert.ok(!names.includes("list_peers"), names.join());
  const called = await runMcpp(["call", "echo", "-", ...peer], {
    env: TOKEN_ENV,
    stdin: '{"text":"over p2p"}',
  });
  assert.equal(called.code, 0, called.stderr);
  assert.deepEqual(JSON.parse(called.stdout), { text: "over p2p" });
  const stranger = await runMcpp(["call", "echo", '{"text":"x"}', ...peer]);
  assert.equal(stranger.code, 6, stranger.stderr);
  assert.match(stranger.stderr, /unauthorized/);
});

Deno.test("a separate worker does the work of a node that has none", async () => {
  await using node = await startMcpp({ env: TOKEN_ENV, args: ["--no-worker"] });
  await using _worker = await startMcpp({
    command: "worker",
    env: TOKEN_ENV,
    args: ["--peer", addressOf(node)],
  });
  const submitted = await callMcpp(node, "p2p_taskqueue_submit", ECHO);
  const waited = await callMcpp(node, "p2p_taskqueue_wait_task", {
    "task_id": submitted["task_id"],
  });
  assert.equal(waited.task.status, "completed");
});
