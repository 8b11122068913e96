import assert from "node:assert/strict";
import type { LogLine, TaskStore } from "../../../../src/store/mod.ts";
import { LeaseLostError, TaskNotFoundError } from "../../../../src/task/mod.ts";
import { claimOne, COMPLETED, failed, type HeldLease, LEASE_MS, newClaim } from "./new_task.ts";
import type { Test } from "./test.ts";

const ALL = { afterSeq: 0, limit: 10_000 };
const MAX_BYTES = 256 * 1024;

function append(store: TaskStore, lease: HeldLease, logs: readonly LogLine[], nowMs = 1) {
  return store.renew({ ...lease, nowMs, leaseMs: LEASE_MS, logs });
}

function toLines(count: number, message = "line"): readonly LogLine[] {
  return Array.from({ length: count }, () => ({ stream: "stdout", message }));
}

async function seqsOf(store: TaskStore, taskId: string): Promise<readonly number[]> {
  return (await store.logs({ taskId, ...ALL })).map(({ seq }) => seq);
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Logs. */
export function testLogs(test: Test): void {
  test("renew appends to the task's log, which can be read behind a cursor", async (store) => {
    const lease = await claimOne(store);
    const { taskId } = lease;
    assert.deepEqual(await store.logs({ taskId, ...ALL }), []);
    const first = [{ stream: "stdout", message: "a\u0000\u{1F600}" }, {
      stream: "stderr",
      message: "",
    }];
    assert.equal((await append(store, lease, first, 10)).logCount, 2);
    const task = await append(store, lease, [{ stream: "stdout", message: "c" }], 20);
    assert.equal(task.logCount, 3);
    assert.deepEqual(await store.get(taskId), task);
    assert.deepEqual(await store.logs({ taskId, ...ALL }), [
      { seq: 1, atMs: 10, stream: "stdout", message: "a\ufffd\u{1F600}" },
      { seq: 2, atMs: 10, stream: "stderr", message: "" },
      { seq: 3, atMs: 20, stream: "stdout", message: "c" },
    ]);
    const page = await store.logs({ taskId, afterSeq: 1, limit: 1 });
    assert.deepEqual(page.map(({ seq }) => seq), [2]);
    assert.deepEqual(await store.logs({ taskId, afterSeq: 3, limit: 9 }), []);
  });

  test("logs of one task are not another's, and refuse a task that is not there", async (store) => {
    const [one, two] = [await claimOne(store), await claimOne(store)];
    await append(store, one, toLines(2));
    await append(store, two, toLines(1));
    assert.deepEqual(await seqsOf(store, one.taskId), [1, 2]);
    assert.deepEqual(await seqsOf(store, two.taskId), [1]);
    await assert.rejects(store.logs({ taskId: "x", ...ALL }), TaskNotFoundError);
  });

  test("a log keeps its newest thousand lines and counts on", async (store) => {
    const lease = await claimOne(store);
    await append(store, lease, toLines(990));
    assert.deepEqual(await seqsOf(store, lease.taskId), range(1, 990));
    assert.equal((await append(store, lease, toLines(100))).logCount, 1_090);
    assert.deepEqual(await seqsOf(store, lease.taskId), range(91, 1_090));
    assert.equal((await append(store, lease, toLines(2_500))).logCount, 3_590);
    assert.deepEqual(await seqsOf(store, lease.taskId), range(2_591, 3_590));
  });

  test("a log keeps no more bytes than it may, counted as UTF-8", async (store) => {
    const lease = await claimOne(store);
    const stream = "stdout";
    const message = "é".repeat((MAX_BYTES / 4 - stream.length) / 2);
    for (let count = 0; count < 4; count++) await append(store, lease, toLines(1, message));
    assert.deepEqual(await seqsOf(store, lease.taskId), [1, 2, 3, 4]);
    await append(store, lease, [{ stream: "", message: "x" }]);
    assert.deepEqual(await seqsOf(store, lease.taskId), [2, 3, 4, 5]);
    await append(store, lease, toLines(2, message));
    assert.deepEqual(await seqsOf(store, lease.taskId), [4, 5, 6, 7]);
  });

  test("a log goes on with the next attempt, and is there after the end", async (store) => {
    const lease = await claimOne(store);
    await append(store, lease, toLines(1));
    await store.finish({ ...lease, nowMs: 1, outcome: failed({ backoffMs: 0 }) });
    const [again] = await store.claim(newClaim({ nowMs: 2 }));
    assert.equal(again?.logCount, 1);
    const second = { taskId: lease.taskId, token: again.lease?.token ?? "" };
    await append(store, second, toLines(1), 2);
    await store.finish({ ...second, nowMs: 3, outcome: COMPLETED });
    assert.deepEqual(await seqsOf(store, lease.taskId), [1, 2]);
  });

  test("a log takes nothing from one who has lost the lease", async (store) => {
    const lease = await claimOne(store);
    await assert.rejects(append(store, { ...lease, token: "x" }, toLines(1)), LeaseLostError);
    await store.cancel({ taskId: lease.taskId, nowMs: 1, reason: "" });
    assert.equal((await append(store, lease, toLines(1))).logCount, 0);
    assert.deepEqual(await seqsOf(store, lease.taskId), []);
  });

  test("a log goes with its task", async (store) => {
    const lease = await claimOne(store, { id: "mine", isIdChosen: true });
    await append(store, lease, toLines(3));
    await store.finish({ ...lease, nowMs: 1, outcome: COMPLETED });
    await store.prune({ beforeMs: 2, limit: 1 });
    await assert.rejects(store.logs({ taskId: "mine", ...ALL }), TaskNotFoundError);
    await claimOne(store, { id: "mine", isIdChosen: true });
    assert.deepEqual(await seqsOf(store, "mine"), []);
  });
}
