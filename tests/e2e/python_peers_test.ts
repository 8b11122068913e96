import assert from "node:assert/strict";
import { runTaskGroup, systemClock } from "../../src/concurrency/mod.ts";
import { openLibp2pNetwork } from "../../src/network/libp2p/mod.ts";
import {
  callAsHead,
  callAsSeed,
  type Message,
  type PythonClientOptions,
  serveHeadPeer,
  serveSeedPeer,
} from "../support/python_peer/mod.ts";
import { addressOf, callMcpp, startMcpp } from "./mcpp_process.ts";

const TOKEN = "python-token";
const ENV = { IPFS_ACCELERATE_PY_TASK_P2P_TOKEN: TOKEN };
const CLIENTS = 50;
/** Less than the 1 MiB that a Python client can read, with all that is around it. */
const RESULT_LENGTH = 900_000;

type Call = (message: Message) => Promise<Message>;

/** Calls as Python does: a new host, a new connection and a new stream for each. */
function caller(
  multiaddr: string,
  call: (options: PythonClientOptions, message: Message) => Promise<Message>,
): Call {
  const options = { multiaddr, token: TOKEN, clock: systemClock, openNetwork: openLibp2pNetwork };
  return (message) => call(options, message);
}

/** Everything that a client of a queue does with one task. */
async function useQueue(call: Call, name: string, length: number): Promise<void> {
  const type = `test.${name}`;
  const submitted = await call({ op: "submit", "task_type": type, payload: { name } });
  assert.equal(submitted["ok"], true, JSON.stringify(submitted));
  const taskId = submitted["task_id"];
  const waiting = call({ op: "wait", "task_id": taskId, "timeout_s": 35 });
  const claim = { op: "claim", "worker_id": name, "supported_task_types": [type], clock: null };
  const { task } = await call(claim) as { readonly task: Message };
  assert.equal(task["task_id"], taskId);
  const text = "x".repeat(length);
  const report = { op: "complete", "task_id": taskId, status: "completed", result: { text } };
  assert.equal((await call({ ...report, error: null }))["ok"], true);
  const late = await call({ ...report, result: { text: "late" }, error: null });
  assert.equal(late["ok"], false, "a second completion was taken");
  const waited = (await waiting)["task"] as Message;
  assert.equal(waited["status"], "completed");
  assert.equal((waited["result"] as Message)["text"], text);
}

const GENERATIONS = { "2026-02": callAsSeed, "2026-08": callAsHead };

for (const [version, call] of Object.entries(GENERATIONS)) {
  Deno.test({
    name: `${CLIENTS} Python clients of ${version} use a node at the same time`,
    // libp2p leaves timers behind when it stops.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      await using node = await startMcpp({ env: ENV, args: ["--no-worker"] });
      const asPython = caller(addressOf(node), call);
      const names = Array.from({ length: CLIENTS }, (_, n) => `client-${n}`);
      const lengthOf = (index: number) => index % 10 === 0 ? RESULT_LENGTH : 100;
      await Promise.all(names.map((name, index) => useQueue(asPython, name, lengthOf(index))));
      const { tasks } = await asPython({ op: "list", status: "completed", limit: 1_000 });
      assert.ok(Array.isArray(tasks) && tasks.length > 0);
      assert.equal((await asPython({ op: "status", timeout_s: 10, detail: true }))["ok"], true);
      assert.equal((await asPython({ op: "nope" }))["error"], "unknown_op");
      assert.equal(await node.stop(), 0);
    },
  });
}

const SERVICES = { "2026-02": serveSeedPeer, "2026-08": serveHeadPeer };

for (const [version, serve] of Object.entries(SERVICES)) {
  Deno.test({
    name: `an agent's task goes to a Python service of ${version}, and a worker does it there`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      const options = { listen: ["/ip4/127.0.0.1/tcp/0"] };
      await using python = await openLibp2pNetwork(options);
      const [multiaddr = ""] = python.multiaddrs();
      await runTaskGroup(async (group) => {
        await serve(group, python, { clock: systemClock, token: TOKEN });
        await using node = await startMcpp({ env: ENV, args: ["--no-worker"] });
        await using worker = await startMcpp({
          command: "worker",
          env: ENV,
          args: ["--peer", multiaddr],
        });
        const target = { "remote_multiaddr": multiaddr };
        const submitted = await callMcpp(node, "p2p_taskqueue_submit", {
          "task_type": "tool.call",
          payload: { tool: "echo", args: { text: "hi" } },
          ...target,
        });
        assert.equal(submitted["peer_id"], python.peerId);
        const waited = await callMcpp(node, "p2p_taskqueue_wait_task", {
          "task_id": submitted["task_id"],
          ...target,
        });
        assert.equal(waited.task.status, "completed");
        assert.deepEqual(waited.task.result["result"], { text: "hi" });
        const counted = await callMcpp(node, "p2p_taskqueue_status", {
          "remote_multiaddr": multiaddr,
          detail: true,
        });
        assert.equal(counted.ok, true);
        assert.equal(await worker.stop(), 0);
        assert.equal(await node.stop(), 0);
        group.cancel("the test is over");
      });
    },
  });
}
