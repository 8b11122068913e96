import assert from "node:assert/strict";
import { createClient, type McpClient, type RemoteToolResult } from "../../mod.ts";
import type { JsonObject } from "../../src/codec/mod.ts";
import { type FakeTextEndpoint, openFakeTextEndpoint } from "./fake_text_endpoint.ts";
import { addressOf, callMcpp, type McppProcess, spawnMcpp, startMcpp } from "./mcpp_process.ts";
import { openTempDir } from "./run_deno.ts";
import { within } from "./within.ts";

const TOKEN_ENV = { MCPP_TOKEN: "e2e-token" };
const MAX_STOP_MS = 10_000;
const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };
const TEXT = { "task_type": "text-generation", "model_name": "tiny", payload: { prompt: "hi" } };

async function submit(node: McppProcess, task: Readonly<Record<string, unknown>>): Promise<string> {
  const submitted = await callMcpp(node, "p2p_taskqueue_submit", task);
  return submitted["task_id"];
}

async function taskOf(node: McppProcess, tool: "get" | "wait", taskId: string) {
  const { task } = await callMcpp(node, `p2p_taskqueue_${tool}_task`, { "task_id": taskId });
  return task;
}

/** Ask a probe of a node. */
async function probe(node: McppProcess, path: string) {
  const response = await fetch(new URL(path, node.ready.url));
  return { status: response.status, body: await response.json() };
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function modeOf(path: string): Promise<string> {
  const { mode } = await Deno.stat(path);
  return ((mode ?? 0) & 0o777).toString(8);
}

Deno.test("serve prints one line of JSON on stdout and all else on stderr", async () => {
  await using node = await startMcpp({ args: ["--log-level", "debug"] });
  const { ready } = node;
  assert.equal(ready.event, "ready");
  assert.match(ready.url, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
  assert.match(ready.peerId, /^12D3KooW/);
  assert.equal(ready.dataDir, node.dataDir);
  assert.ok(ready.multiaddrs.length > 0);
  for (const address of ready.multiaddrs) {
    assert.match(address, new RegExp(`^/ip4/127\\.0\\.0\\.1/tcp/[1-9]\\d*/p2p/${ready.peerId}$`));
  }
  const { status, body } = await probe(node, "/ready");
  assert.equal(status, 200);
  const checks = Object.keys(body.checks).filter((name) => !name.startsWith("discovery."));
  assert.deepEqual(checks.sort(), ["p2p", "queue", "worker"]);
  await taskOf(node, "wait", await submit(node, ECHO));
  assert.equal(await node.stop(), 0);
  assert.equal(node.stdout.text, `${JSON.stringify(ready)}\n`);
  assert.match(node.stderr.text, /Node has stopped/);
  assert.doesNotMatch(node.stderr.text, /^ {4}at /m);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} lets a running task finish while the node is not ready`, async () => {
    await using endpoint = openFakeTextEndpoint();
    await using home = await openTempDir();
    const start = () => startMcpp({ endpoint, home: home.path, args: ["--no-p2p"] });
    let taskId: string;
    {
      await using node = await start();
      taskId = await submit(node, TEXT);
      const generation = await within("the task to start", endpoint.nextGeneration());
      const startedMs = performance.now();
      node.kill(signal);
      await node.stderr.waitFor(/Node is stopping/);
      const ready = await probe(node, "/ready");
      assert.equal(ready.status, 503);
      assert.match(JSON.stringify(ready.body), /the node is stopping/);
      assert.equal((await probe(node, "/live")).status, 200);
      generation.write("still here");
      generation.finish();
      assert.equal(await node.waitForExit(), 0);
      assert.ok(performance.now() - startedMs < MAX_STOP_MS);
    }
    await using node = await start();
    const task = await taskOf(node, "get", taskId);
    assert.equal(task.status, "completed");
    assert.equal(task.result.text, "still here");
    assert.equal(endpoint.requests, 1, "the task ran twice");
  });
}

Deno.test("a task that outlives the grace is given back and completed after a restart", async () => {
  await using endpoint = openFakeTextEndpoint();
  await using home = await openTempDir();
  const start = (...args: string[]) =>
    startMcpp({ endpoint, home: home.path, args: ["--no-p2p", ...args] });
  let taskId: string;
  {
    await using node = await start("--shutdown-grace-ms", "100");
    // One attempt only: giving back does not use it up.
    taskId = await submit(node, { ...TEXT, "max_attempts": 1 });
    const generation = await within("the task to start", endpoint.nextGeneration());
    generation.write("half a sen");
    const startedMs = performance.now();
    assert.equal(await node.stop(), 0);
    assert.ok(performance.now() - startedMs < MAX_STOP_MS);
    await within("the request to be given up", generation.abandoned);
  }
  {
    await using idle = await start("--no-worker");
    const task = await taskOf(idle, "get", taskId);
    assert.equal(task.status, "queued");
    assert.equal(task["lease_until"], null);
    assert.equal(await idle.stop(), 0);
  }
  await using node = await start();
  const generation = await within("the task to start again", endpoint.nextGeneration());
  generation.write("a sentence");
  generation.finish();
  const task = await taskOf(node, "wait", taskId);
  assert.equal(task.status, "completed");
  assert.equal(task.result.text, "a sentence");
});

Deno.test("SIGINT ends a node in good order that is not ready yet", async () => {
  await using dir = await openTempDir();
  const tokenFile = `${dir.path}/token`;
  await new Deno.Command("mkfifo", { args: ["-m", "600", tokenFile] }).output();
  await using child = spawnMcpp(["serve", "--port", "0", "--token-file", tokenFile], dir.path);
  // Opening succeeds when the node reads at the other end, and so has begun to start.
  using pipe = await within("the node to start", Deno.open(tokenFile, { write: true }));
  child.kill("SIGINT");
  await pipe.write(new TextEncoder().encode("token"));
  pipe.close();
  const { code, timedOut } = await child.ended;
  assert.deepEqual({ code, timedOut }, { code: 0, timedOut: false }, child.stderr.text);
  assert.doesNotMatch(child.stderr.text, /^mcpp: /m);
});

Deno.test("the announce file is there while the node runs, and gone after", async () => {
  await using home = await openTempDir();
  const byDefault = `${home.path}/.cache/ipfs_accelerate_py/task_p2p_announce.json`;
  const chosen = `${home.path}/elsewhere/announce.json`;
  for (const [path, args] of [[byDefault, []], [chosen, ["--announce-file", chosen]]] as const) {
    await using node = await startMcpp({ home: home.path, args });
    const announced = JSON.parse(await Deno.readTextFile(path));
    assert.equal(announced["peer_id"], node.ready.peerId);
    assert.equal(announced.multiaddr, node.ready.multiaddrs[0]);
    assert.equal(announced.pid, node.pid);
    assert.equal(await node.stop(), 0);
    assert.equal(await exists(path), false, `${path} is still there`);
  }
  assert.equal(await exists(byDefault), false, "the default was written as well");
});

Deno.test("SIGKILL loses no submitted task and not the identity", async () => {
  await using endpoint = openFakeTextEndpoint();
  await using home = await openTempDir();
  // A killed worker cannot give its task back; its lease has to run out.
  const args = ["--lease-ms", "1000", "--concurrency", "1"];
  const start = () => startMcpp({ endpoint, home: home.path, args });
  let peerId: string;
  const taskIds: string[] = [];
  {
    await using node = await start();
    peerId = node.ready.peerId;
    taskIds.push(await submit(node, TEXT));
    await within("the task to start", endpoint.nextGeneration());
    taskIds.push(await submit(node, ECHO), await submit(node, ECHO));
    node.kill("SIGKILL");
    await node.waitForExit();
    assert.equal(await modeOf(node.dataDir), "700");
    assert.equal(await modeOf(`${node.dataDir}/identity.key`), "600");
    assert.equal(await modeOf(`${node.dataDir}/queue.sqlite`), "600");
  }
  await using node = await start();
  assert.equal(node.ready.peerId, peerId);
  const generation = await within("the task to start again", endpoint.nextGeneration());
  generation.write("second try");
  generation.finish();
  for (const taskId of taskIds) {
    const task = await taskOf(node, "wait", taskId);
    assert.equal(task.status, "completed", JSON.stringify(task));
  }
  const [first = ""] = taskIds;
  const task = await taskOf(node, "get", first);
  assert.equal(task.attempt, 2);
  assert.equal(task.failures[0].code, "lease_expired");
  assert.equal(await node.stop(), 0);
});

Deno.test("a call that waits for a task does not hold up the stop", async () => {
  await using endpoint = openFakeTextEndpoint();
  await using node = await startMcpp({
    endpoint,
    args: ["--no-p2p", "--shutdown-grace-ms", "500"],
  });
  await using client = await createClient(node.ready.url);
  const { ended } = await startWaiting(client, { endpoint, target: {} });
  const startedMs = performance.now();
  assert.equal(await node.stop(), 0);
  assert.ok(performance.now() - startedMs < MAX_STOP_MS);
  await assert.rejects(within("the call to end", ended), { code: "connection_lost" });
});

Deno.test("a call that waits for a task of another node does not hold up its stop", async () => {
  await using endpoint = openFakeTextEndpoint();
  await using near = await startMcpp({ env: TOKEN_ENV, args: ["--no-worker"] });
  await using far = await startMcpp({
    env: TOKEN_ENV,
    endpoint,
    args: ["--shutdown-grace-ms", "500"],
  });
  await using client = await createClient(near.ready.url);
  const target = { "remote_multiaddr": addressOf(far) };
  const { ended } = await startWaiting(client, { endpoint, target });
  const startedMs = performance.now();
  assert.equal(await far.stop(), 0);
  assert.ok(performance.now() - startedMs < MAX_STOP_MS);
  const { isError, error } = await within("the call to end", ended);
  assert.equal(isError, true);
  assert.equal(error?.code, "peer_unreachable");
  assert.equal(await near.stop(), 0);
});

/** Wait for a task that will not end by itself, and make sure that the call has got there. */
async function startWaiting(
  client: McpClient,
  { endpoint, target }: { endpoint: FakeTextEndpoint; target: JsonObject },
): Promise<{ readonly ended: Promise<RemoteToolResult> }> {
  const submitted = await client.callTool("p2p_taskqueue_submit", { ...TEXT, ...target });
  const { "task_id": taskId } = submitted.structuredContent as { "task_id": string };
  const progress = Promise.withResolvers<void>();
  const ended = client.callTool(
    "p2p_taskqueue_wait_task",
    { "task_id": taskId, "timeout_s": 3600, ...target },
    { onProgress: () => progress.resolve() },
  );
  // Whoever stops the node waits for the end of the call only then.
  ended.catch(() => {});
  const generation = await within("the task to start", endpoint.nextGeneration());
  generation.write("…");
  await within("the call to be under way", progress.promise);
  return { ended };
}

Deno.test("a worker gives its task back when it stops", async () => {
  await using endpoint = openFakeTextEndpoint();
  await using node = await startMcpp({ env: TOKEN_ENV, args: ["--no-worker"] });
  await using worker = await startMcpp({
    command: "worker",
    env: TOKEN_ENV,
    endpoint,
    args: ["--peer", addressOf(node), "--shutdown-grace-ms", "100"],
  });
  const taskId = await submit(node, TEXT);
  const generation = await within("the task to start", endpoint.nextGeneration());
  assert.equal(await worker.stop(), 0);
  await within("the request to be given up", generation.abandoned);
  assert.equal(worker.stdout.text, `${JSON.stringify(worker.ready)}\n`);
  const task = await taskOf(node, "get", taskId);
  assert.equal(task.status, "queued");
});

Deno.test("a second SIGINT ends the node at once", async () => {
  await using endpoint = openFakeTextEndpoint();
  await using node = await startMcpp({
    endpoint,
    args: ["--no-p2p", "--shutdown-grace-ms", "8000"],
  });
  await submit(node, TEXT);
  await within("the task to start", endpoint.nextGeneration());
  node.kill("SIGINT");
  await node.stderr.waitFor(/Node is stopping/);
  const startedMs = performance.now();
  assert.equal(await node.stop("SIGINT"), 130);
  assert.ok(performance.now() - startedMs < 4_000, "it waited for the grace period");
});
