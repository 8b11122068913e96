import assert from "node:assert/strict";
import { EXIT } from "../../src/cli/mod.ts";
import { assertRefused, assertToolRefused } from "./assert_refused.ts";
import { addressOf, callMcpp, type McppProcess, runMcpp, startMcpp } from "./mcpp_process.ts";

const TOKEN_ENV = { MCPP_TOKEN: "e2e-token" };
/** A valid id that no node here has. */
const STRANGER = "12D3KooWGzBn8u5Yd2Cbt7bqQxTMRK4vXXRPVPCUvYF6Yqg5hAFd";
const ECHO = { "task_type": "tool.call", payload: { tool: "echo", args: { text: "hi" } } };

function tryCall(node: McppProcess, tool: string, args: unknown) {
  return runMcpp(["call", tool, JSON.stringify(args), "--url", node.ready.url]);
}

async function runTask(node: McppProcess, task: Readonly<Record<string, unknown>>) {
  const submitted = await callMcpp(node, "p2p_taskqueue_submit", task);
  const waited = await callMcpp(node, "p2p_taskqueue_wait_task", {
    "task_id": submitted["task_id"],
  });
  return waited.task;
}

Deno.test("a tool that does not exist is refused with the names that may be meant", async () => {
  await using node = await startMcpp({ args: ["--no-p2p"] });
  assertRefused(await tryCall(node, "p2p_taskqueue_submitt", {}), {
    exit: EXIT.failed,
    code: "unknown_tool",
    names: ['"p2p_taskqueue_submitt"', '"p2p_taskqueue_submit"'],
  });
});

Deno.test("arguments that do not fit the schema are refused, all at once", async () => {
  await using node = await startMcpp({ args: ["--no-p2p"] });
  const args = { priority: 11, payload: [], "task_type": "" };
  assertToolRefused(await tryCall(node, "p2p_taskqueue_submit", args), {
    code: "invalid_arguments",
    names: ["p2p_taskqueue_submit", "priority: ", "payload: ", "task_type: "],
  });
});

Deno.test("a node that cannot be reached is named in the result of the tool", async () => {
  await using near = await startMcpp({ env: TOKEN_ENV });
  await using far = await startMcpp({ env: TOKEN_ENV });
  const submitTo = (target: Readonly<Record<string, string>>) =>
    tryCall(near, "p2p_taskqueue_submit", { ...ECHO, ...target });

  assertToolRefused(await submitTo({ "remote_multiaddr": "nonsense" }), {
    code: "invalid_multiaddr",
    names: ['"nonsense"', "/ip4/"],
  });
  const closed = `/ip4/127.0.0.1/tcp/1/p2p/${STRANGER}`;
  assertToolRefused(await submitTo({ "remote_multiaddr": closed }), {
    code: "peer_unreachable",
    names: [closed, "nobody listens", "Check"],
  });
  const stranger = addressOf(far).replace(far.ready.peerId, STRANGER);
  assertToolRefused(await submitTo({ "remote_multiaddr": stranger }), {
    code: "peer_unreachable",
    names: [stranger, "another peer answers"],
  });
  assertToolRefused(await submitTo({ "peer_id": STRANGER }), {
    code: "peer_unknown",
    names: [STRANGER, "address"],
  });
  assertToolRefused(
    await submitTo({ "remote_multiaddr": addressOf(far), "peer_id": STRANGER }),
    { code: "target_mismatch", names: [addressOf(far), STRANGER, "either"] },
  );
});

Deno.test("another node's refusal keeps its code", async () => {
  await using near = await startMcpp({ env: { MCPP_TOKEN: "another" } });
  await using far = await startMcpp({ env: TOKEN_ENV });
  const target = { "remote_multiaddr": addressOf(far) };
  const finished = await tryCall(near, "p2p_taskqueue_submit", { ...ECHO, ...target });
  assertToolRefused(finished, { code: "unauthorized", names: [far.ready.peerId, "token"] });
});

Deno.test("a node without P2P says so when it is asked for another one", async () => {
  await using node = await startMcpp({ args: ["--no-p2p"] });
  const target = { "remote_multiaddr": `/ip4/127.0.0.1/tcp/1/p2p/${STRANGER}` };
  assertToolRefused(await tryCall(node, "p2p_taskqueue_submit", { ...ECHO, ...target }), {
    code: "p2p_disabled",
    names: ["P2P is off", "--no-p2p"],
  });
});

Deno.test("a task fails with a code when the text endpoint is down", async () => {
  const endpoint = "http://127.0.0.1:1";
  await using node = await startMcpp({ args: ["--no-p2p", "--text-endpoint", endpoint] });
  const task = await runTask(node, {
    "task_type": "text-generation",
    "model_name": "tiny",
    payload: { prompt: "hi" },
    "max_attempts": 1,
  });
  assert.equal(task.status, "failed");
  assert.equal(task["error_code"], "endpoint_unreachable");
  assert.match(task.error, /http:\/\/127\.0\.0\.1:1/);
  assert.equal(task.attempt, 1);
  assert.equal(task.failures.length, 1);
});

Deno.test("a task that cannot succeed fails at its first attempt, with the tool's code", async () => {
  await using node = await startMcpp({ args: ["--no-p2p"] });
  const wrongArguments = { tool: "echo", args: { txt: "hi" } };
  const notForTasks = { tool: "p2p_taskqueue_submit", args: ECHO };
  for (
    const [payload, code] of [
      [wrongArguments, "invalid_arguments"],
      [notForTasks, "unknown_tool"],
      [{ tool: "nonsense" }, "unknown_tool"],
      [{}, "invalid_payload"],
    ] as const
  ) {
    const task = await runTask(node, { "task_type": "tool.call", payload });
    assert.equal(task.status, "failed");
    assert.equal(task["error_code"], code, JSON.stringify(task));
    assert.equal(task.attempt, 1, "it was tried again");
    assert.doesNotMatch(task.error, / {4}at /);
  }
});

Deno.test("a task that nobody takes stays queued, and the waiting ends", async () => {
  await using node = await startMcpp({ args: ["--no-p2p"] });
  const submitted = await callMcpp(node, "p2p_taskqueue_submit", { "task_type": "knitting" });
  const { task } = await callMcpp(node, "p2p_taskqueue_wait_task", {
    "task_id": submitted["task_id"],
    "timeout_s": 0.2,
  });
  assert.equal(task.status, "queued");
  assert.equal(task.attempt, 0);
});

Deno.test("a task that does not exist is no error, but no task", async () => {
  await using node = await startMcpp({ args: ["--no-p2p"] });
  const { task } = await callMcpp(node, "p2p_taskqueue_wait_task", { "task_id": "nonsense" });
  assert.equal(task, null);
});
