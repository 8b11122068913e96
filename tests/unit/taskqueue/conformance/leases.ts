import assert from "node:assert/strict";
import { LeaseLostError } from "../../../../src/task/mod.ts";
import type { TaskQueue } from "../../../../src/taskqueue/mod.ts";
import { COMPLETED, submitAndClaim, type Test, TYPE, until } from "./fixture.ts";

const LEGACY_LEASE_MS = 1_800_000;

async function claimUnfenced(queue: TaskQueue): Promise<string> {
  const { taskId } = await queue.submit({ type: TYPE, payload: {} });
  const [task] = await queue.claim({ worker: "w1", types: [TYPE], isFenced: false });
  assert.equal(task?.id, taskId);
  assert.equal(task.lease?.isFenced, false);
  assert.equal(task.lease.untilMs - task.updatedAtMs, LEGACY_LEASE_MS);
  return taskId;
}

/** Leases of every length, with tokens and without. */
export function testLeases(test: Test): void {
  test("claim gives a lease as long as is asked for, and renewals keep to that", async (fixture) => {
    const { queue, advance } = fixture;
    const { taskId } = await queue.submit({ type: TYPE, payload: {} });
    const [task] = await queue.claim({ worker: "w", types: [TYPE], leaseMs: 5_000 });
    assert.equal((task?.lease?.untilMs ?? 0) - (task?.updatedAtMs ?? 0), 5_000);
    await advance(4_000);
    const renewed = await queue.renew({ taskId, token: task?.lease?.token ?? "" });
    assert.equal((renewed.lease?.untilMs ?? 0) - renewed.updatedAtMs, 5_000);
    await advance(5_000);
    await until(async () => (await queue.get(taskId))?.status === "queued");
  });

  test("a lease without fencing is ended by the first report, and by no other", async ({ queue }) => {
    const taskId = await claimUnfenced(queue);
    const report = { taskId, token: "", outcome: COMPLETED };
    await assert.rejects(queue.finish({ ...report, worker: "other" }), LeaseLostError);
    assert.equal((await queue.finish(report)).status, "completed");
    await assert.rejects(queue.finish(report), LeaseLostError);
  });

  test("a lease without fencing ends too", async ({ queue, advance }) => {
    const taskId = await claimUnfenced(queue);
    await advance(LEGACY_LEASE_MS);
    const report = { taskId, token: "", outcome: COMPLETED };
    await assert.rejects(queue.finish(report), LeaseLostError);
    await until(async () => (await queue.get(taskId))?.status === "queued");
    const task = await queue.get(taskId);
    assert.equal(task?.failures[0]?.code, "lease_expired");
  });

  test("a fenced lease is not ended by a report without its token", async ({ queue }) => {
    const { taskId } = await submitAndClaim(queue);
    for (const worker of [undefined, "w1"]) {
      const finish = queue.finish({ taskId, token: "", worker, outcome: COMPLETED });
      await assert.rejects(finish, LeaseLostError);
    }
    assert.equal((await queue.get(taskId))?.status, "running");
  });

  test("the token of an earlier attempt is good for nothing", async (fixture) => {
    const { queue, advance, leaseMs } = fixture;
    const { taskId, token } = await submitAndClaim(queue);
    await advance(leaseMs);
    await advance(60_000);
    const [task] = await queue.claim({ worker: "w2", types: [TYPE] });
    assert.equal(task?.attempt, 2);
    const lease = { taskId, token };
    await assert.rejects(queue.renew({ ...lease, progress: { late: 1 } }), LeaseLostError);
    await assert.rejects(queue.finish({ ...lease, outcome: COMPLETED }), LeaseLostError);
    await assert.rejects(queue.release({ ...lease, reason: "" }), LeaseLostError);
    const now = await queue.get(taskId);
    assert.deepEqual([now?.status, now?.progress], ["running", null]);
  });

  test("heartbeat repeats the peer's name and keeps a lease alive", async (fixture) => {
    const { queue, advance, leaseMs } = fixture;
    const plain = await queue.heartbeat({ peerId: "me", clock: { node_id: "me", vector: {} } });
    assert.equal(plain["peer"], "me");
    assert.equal(plain["lease"], undefined);
    assert.ok(plain["scheduler"]);
    const { taskId, token } = await submitAndClaim(queue);
    await advance(leaseMs - 1);
    const reply = await queue.heartbeat({ lease: { token } });
    assert.equal(Reflect.get(reply["lease"] as object, "task_id"), taskId);
    await advance(leaseMs - 1);
    assert.equal((await queue.get(taskId))?.status, "running");
    await queue.cancel({ taskId, reason: "" });
    const told = await queue.heartbeat({ lease: { token, taskId, worker: "w1" } });
    assert.equal(Reflect.get(told["lease"] as object, "cancelled"), true);
    const lost = queue.heartbeat({ lease: { token: `${taskId}:9:0000000000000000` } });
    await assert.rejects(lost, LeaseLostError);
  });
}
