import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import type { ToolProgress } from "../../../../src/mcp/mod.ts";
import { LeaseLostError } from "../../../../src/task/mod.ts";
import { claimNext, completeTask, heartbeat } from "../../../../src/tools/mod.ts";
import { makeTask } from "../../worker/make_task.ts";
import { createFakeQueueDeps } from "../fake_queue.ts";
import { runBound } from "../run_bound.ts";

const lease = { worker: "w", token: "t:2:00", untilMs: 31_500, isFenced: true };
const claimed = makeTask({ id: "t", attempt: 2, lease });

Deno.test("p2p_taskqueue_claim_next returns the task with its lease", async () => {
  const deps = createFakeQueueDeps({ claim: () => Promise.resolve([claimed]) });
  const { structuredContent, content } = await runBound(claimNext, deps, {
    "worker_id": " w ",
    "supported_task_types": ["tool.call"],
    "lease_ms": 30_000,
    "wait_s": 1.5,
    offers: ["gpu"],
    "session_id": "s",
    "peer_id": "hint",
    clock: { a: 1 },
    "remote_peer_id": "far",
  });
  assert.deepEqual(structuredContent["lease"], {
    "lease_token": "t:2:00",
    "lease_until": 31.5,
    attempt: 2,
  });
  assert.equal((structuredContent["task"] as Record<string, unknown>)["task_id"], "t");
  assert.match(content[0].text, /^Task t \(tool\.call\)/);
  assert.deepEqual(deps.calls, [{
    method: "claim",
    target: { multiaddr: undefined, peerId: "far" },
    input: {
      worker: "w",
      types: ["tool.call"],
      offers: ["gpu"],
      session: "s",
      leaseMs: 30_000,
      isFenced: true,
      limit: 1,
      waitMs: 1_500,
    },
  }]);
});

Deno.test("p2p_taskqueue_claim_next of an agent that knows no leases claims any type, unfenced", async () => {
  const unfenced = { ...claimed, lease: { ...lease, token: "", isFenced: false } };
  for (const types of [null, []]) {
    const deps = createFakeQueueDeps({ claim: () => Promise.resolve([unfenced]) });
    const { structuredContent } = await runBound(claimNext, deps, {
      "worker_id": "w",
      "supported_task_types": types,
      clock: null,
    });
    assert.equal(structuredContent["lease"], null);
    const input = deps.calls[0]?.input as Record<string, unknown>;
    assert.deepEqual([input["types"], input["isFenced"], input["leaseMs"]], [
      "any",
      false,
      undefined,
    ]);
  }
});

Deno.test("p2p_taskqueue_claim_next takes lease for a wish to renew", async () => {
  const deps = createFakeQueueDeps({ claim: () => Promise.resolve([]) });
  const { structuredContent, content } = await runBound(claimNext, deps, {
    "worker_id": "w",
    lease: true,
  });
  assert.deepEqual(structuredContent, { ok: true, task: null, lease: null });
  assert.equal(content[0].text, "No work");
  assert.equal((deps.calls[0]?.input as Record<string, unknown>)["isFenced"], true);
});

Deno.test("p2p_taskqueue_claim_next refuses a claim without a worker", async () => {
  const result = await runBound(claimNext, createFakeQueueDeps({}), { "worker_id": "  " });
  assert.equal(result.structuredContent["code"], "invalid_arguments");
});

Deno.test("p2p_taskqueue_complete_task reports what came of the attempt", async () => {
  const error = { code: "executor_failed", message: "why" };
  for (
    const [args, outcome] of [
      [{ result: { n: 1 } }, { status: "completed", result: { n: 1 } }],
      [{ result: 7 }, { status: "completed", result: { result: 7 } }],
      [{ result: null }, { status: "completed", result: {} }],
      [
        { status: "failed", error: "why" },
        { status: "failed", error, retryable: false, result: undefined },
      ],
      [
        { status: "failed", error: "why", "error_code": "oom", retryable: true, result: { n: 1 } },
        {
          status: "failed",
          error: { code: "oom", message: "why" },
          retryable: true,
          result: { n: 1 },
        },
      ],
    ] as const
  ) {
    const deps = createFakeQueueDeps({ finish: () => Promise.resolve(claimed) });
    const { structuredContent } = await runBound(completeTask, deps, {
      "task_id": "t",
      "worker_id": "w",
      "lease_token": "t:2:00",
      ...args,
    });
    assert.deepEqual([structuredContent["ok"], structuredContent["task_id"]], [true, "t"]);
    assert.equal(structuredContent["peer_id"], "peer");
    const expected = { taskId: "t", token: "t:2:00", worker: "w", outcome };
    assert.deepEqual(deps.calls.map(({ input }) => input), [expected]);
  }
});

Deno.test("p2p_taskqueue_complete_task reports without token and worker, as Python agents do", async () => {
  const deps = createFakeQueueDeps({ finish: () => Promise.resolve(claimed) });
  await runBound(completeTask, deps, { "task_id": "t", result: {}, error: "" });
  const { token, worker } = deps.calls[0]?.input as Record<string, unknown>;
  assert.deepEqual([token, worker], ["", undefined]);
});

Deno.test("p2p_taskqueue_complete_task says that the lease was lost", async () => {
  const deps = createFakeQueueDeps({ finish: () => Promise.reject(new LeaseLostError("t")) });
  const result = await runBound(completeTask, deps, { "task_id": "t", "lease_token": "old" });
  assert.equal(result.isError, true);
  assert.equal(result.structuredContent["code"], "lease_lost");
});

Deno.test("p2p_taskqueue_complete_task cancels only for the holder", async () => {
  const cancelled = { ...claimed, status: "cancelled" as const, lease: null };
  const held = createFakeQueueDeps({
    renew: () => Promise.resolve(claimed),
    get: () => Promise.resolve(claimed),
    cancel: () => Promise.resolve(cancelled),
  });
  const cancel = { "task_id": "t", status: "cancelled", error: "enough" };
  for (const proof of [{ "lease_token": "t:2:00" }, { "worker_id": "w" }, {}]) {
    const result = await runBound(completeTask, held, { ...cancel, ...proof });
    const task = result.structuredContent["task"] as Record<string, unknown>;
    assert.equal(task["status"], "cancelled");
  }
  assert.deepEqual(held.calls.map(({ method }) => method), [
    ...["renew", "cancel"],
    ...["get", "cancel"],
    "cancel",
  ]);
  assert.deepEqual(held.calls.at(-1)?.input, { taskId: "t", reason: "enough" });
  const lost = createFakeQueueDeps({
    renew: () => Promise.reject(new LeaseLostError("t")),
    get: () => Promise.resolve(claimed),
  });
  for (const proof of [{ "lease_token": "old" }, { "worker_id": "other" }]) {
    const result = await runBound(completeTask, lost, { ...cancel, ...proof });
    assert.equal(result.structuredContent["code"], "lease_lost");
  }
});

Deno.test("p2p_taskqueue_heartbeat passes the reply on and renews the lease it is given", async () => {
  const renewed = { "task_id": "t", status: "running", cancelled: false, "lease_until": 1 };
  const reply = { peer: "me", scheduler: { clock: {}, "known_peers": [] }, lease: renewed };
  const deps = createFakeQueueDeps({ heartbeat: () => Promise.resolve(reply) });
  const { structuredContent, content } = await runBound(heartbeat, deps, {
    "peer_id": "me",
    clock: { a: 1 },
    "worker_id": "w",
    "lease_token": "t:2:00",
    "task_id": "t",
  });
  assert.deepEqual(structuredContent, { ok: true, "peer_id": "peer", ...reply });
  assert.equal(content[0].text, "Heard, and the lease renewed");
  assert.deepEqual(deps.calls[0]?.input, {
    peerId: "me",
    clock: { a: 1 },
    lease: { token: "t:2:00", taskId: "t", worker: "w" },
  });
});

Deno.test("p2p_taskqueue_heartbeat without a token only says that the peer is alive", async () => {
  const deps = createFakeQueueDeps({
    heartbeat: () => Promise.resolve({ peer: "me", "peer_id": "far" }),
  });
  const { structuredContent, content } = await runBound(heartbeat, deps, {
    "peer_id": "me",
    clock: null,
  });
  assert.deepEqual(structuredContent, { ok: true, peer: "me", "peer_id": "far" });
  assert.equal(content[0].text, "Heard");
  assert.equal((deps.calls[0]?.input as Record<string, unknown>)["lease"], undefined);
});

Deno.test("p2p_taskqueue_heartbeat says that the holder should stop", async () => {
  const lease = { "task_id": "t", status: "cancelled", cancelled: true };
  const deps = createFakeQueueDeps({ heartbeat: () => Promise.resolve({ lease }) });
  const { content } = await runBound(heartbeat, deps, { "lease_token": "t:2:00" });
  assert.match(content[0].text, /^Stop working/);
});

Deno.test("p2p_taskqueue_claim_next tells a caller that waits for work that it still does", async () => {
  const clock = new FakeClock();
  const claim = async () => {
    await clock.sleep(20_000);
    return [];
  };
  const deps = { ...createFakeQueueDeps({ claim }), clock };
  const progress: ToolProgress[] = [];
  const claiming = runBound(claimNext, deps, { "worker_id": "w", "wait_s": 20 }, progress);
  await clock.advance(20_000);
  await claiming;
  assert.deepEqual(progress, [{ progress: 1, message: "still waiting (no news for 15 s)" }]);
  assert.equal(clock.pendingTimers, 0);
});
