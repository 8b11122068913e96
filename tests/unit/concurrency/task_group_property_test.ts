import assert from "node:assert/strict";
import fc from "fast-check";
import {
  FakeClock,
  runTaskGroup,
  type TaskGroup,
  TaskGroupError,
  waitForAbort,
} from "../../../src/concurrency/mod.ts";
import { countListeners } from "./count_listeners.ts";

/** What one child does. Times are milliseconds after its own start. */
type Plan =
  | { readonly kind: "finish" | "fail" | "cancelGroup" | "ignoreSignal"; readonly atMs: number }
  | { readonly kind: "hang"; readonly onAbort: "reason" | "abortError" | "return" }
  | { readonly kind: "failCleanup"; readonly afterMs: number }
  | {
    readonly kind: "start";
    readonly atMs: number;
    readonly isBroken: boolean;
    readonly child: Plan;
  }
  | GroupPlan;

interface GroupPlan {
  readonly kind: "group";
  readonly body: Plan | null;
  readonly children: readonly Plan[];
  readonly deadlineMs: number;
}

const HORIZON_MS = 20;
const ms = fc.integer({ min: 0, max: HORIZON_MS });

const { group: groupPlan } = fc.letrec<{ plan: Plan; group: GroupPlan }>((tie) => ({
  plan: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({
      kind: fc.constantFrom("finish", "fail", "cancelGroup", "ignoreSignal"),
      atMs: ms,
    }),
    fc.record({
      kind: fc.constant("hang" as const),
      onAbort: fc.constantFrom("reason", "abortError", "return"),
    }),
    fc.record({ kind: fc.constant("failCleanup" as const), afterMs: ms }),
    fc.record({
      kind: fc.constant("start" as const),
      atMs: ms,
      isBroken: fc.boolean(),
      child: tie("plan"),
    }),
    tie("group"),
  ),
  group: fc.record({
    kind: fc.constant("group" as const),
    body: fc.option(tie("plan"), { depthIdentifier: "plan" }),
    children: fc.array(tie("plan"), { maxLength: 4, depthIdentifier: "plan" }),
    deadlineMs: fc.oneof(fc.constant(Infinity), ms),
  }),
}));

/** Runs a plan and keeps books on it, independently of the groups under test. */
class Rehearsal {
  readonly clock = new FakeClock();
  /** Everything thrown that is not the echo of a cancellation, in order. */
  readonly thrown: unknown[] = [];
  /** Per open group: children added and not ended. */
  readonly live = new Map<TaskGroup, number>();

  async runGroup(plan: GroupPlan, signal: AbortSignal): Promise<string> {
    const { deadlineMs } = plan;
    let group: TaskGroup | undefined;
    let added = 0;
    try {
      return await runTaskGroup(async (current, groupSignal) => {
        group = current;
        this.live.set(current, 0);
        for (const child of plan.children) {
          added++;
          this.#count(current, 1);
          current.spawn(child.kind, (signal) => this.#runChild(child, current, signal));
        }
        if (plan.body !== null) await this.#runPlan(plan.body, current, groupSignal);
        return "value";
      }, { deadlineMs, clock: this.clock, signal });
    } finally {
      if (group !== undefined) {
        assert.equal(this.live.get(group), 0, "a child outlived its group");
        this.live.delete(group);
        const { running, spawned, cancelled } = group.statistics();
        assert.equal(running, 0);
        assert.ok(spawned >= added);
        assert.equal(cancelled, group.signal.aborted);
      }
    }
  }

  /** To be called between two moments of the clock. */
  checkStatistics(): void {
    for (const [group, live] of this.live) {
      assert.equal(group.statistics().running, live);
      assert.equal(group.statistics().cancelled, group.signal.aborted);
    }
  }

  #count(group: TaskGroup, change: number): void {
    this.live.set(group, (this.live.get(group) ?? 0) + change);
  }

  async #runChild(plan: Plan, group: TaskGroup, signal: AbortSignal): Promise<void> {
    try {
      await this.#runPlan(plan, group, signal);
    } finally {
      this.#count(group, -1);
    }
  }

  async #runPlan(plan: Plan, group: TaskGroup, signal: AbortSignal): Promise<void> {
    switch (plan.kind) {
      case "finish":
        return await this.clock.sleep(plan.atMs, { signal });
      case "ignoreSignal":
        return await this.clock.sleep(plan.atMs);
      case "cancelGroup":
        await this.clock.sleep(plan.atMs, { signal });
        return group.cancel();
      case "fail":
        await this.clock.sleep(plan.atMs, { signal });
        return this.#throw(new Error("failure"));
      case "failCleanup":
        await waitForAbort(signal);
        await this.clock.sleep(plan.afterMs);
        return this.#throw(new Error("failure of cleanup"));
      case "hang":
        await waitForAbort(signal);
        if (plan.onAbort === "reason") throw signal.reason;
        if (plan.onAbort === "abortError") throw new DOMException("aborted", "AbortError");
        return;
      case "start":
        return await this.#start(plan, group);
      case "group":
        return await this.#runNested(plan, signal);
    }
  }

  async #start(plan: Plan & { kind: "start" }, group: TaskGroup): Promise<void> {
    this.#count(group, 1);
    await group.start<void>("started", async (started, signal) => {
      try {
        await this.clock.sleep(plan.atMs, { signal });
        if (plan.isBroken) this.#throw(new Error("failure before started"));
        started();
        await this.#runPlan(plan.child, group, signal);
      } finally {
        this.#count(group, -1);
      }
    });
  }

  /** A nested group that ends by its own deadline or `cancel` fails for the group around it. */
  async #runNested(plan: GroupPlan, signal: AbortSignal): Promise<void> {
    try {
      await this.runGroup(plan, signal);
    } catch (error) {
      const isEcho = signal.aborted && error === signal.reason;
      if (!isEcho && !(error instanceof TaskGroupError)) this.thrown.push(error);
      throw error;
    }
  }

  #throw(error: Error): never {
    this.thrown.push(error);
    throw error;
  }
}

/** The errors that were thrown by work, without the groups that they passed through. */
function leavesOf(error: unknown): readonly unknown[] {
  return error instanceof TaskGroupError ? error.errors.flatMap(leavesOf) : [error];
}

Deno.test("TaskGroup outlives its children and keeps each error once, in random trees", async () => {
  const seen = { value: 0, failure: 0, reason: 0 };
  await fc.assert(
    fc.asyncProperty(groupPlan, fc.option(ms), async (plan, abortAtMs) => {
      const rehearsal = new Rehearsal();
      const { clock } = rehearsal;
      const outside = new AbortController();
      const listeners = countListeners(outside.signal);
      const outcome = Promise.allSettled([rehearsal.runGroup(plan, outside.signal)]);

      // Whatever still hangs after the horizon is ended by an abort from outside.
      for (let nowMs = 0; nowMs <= 4 * HORIZON_MS; nowMs++) {
        if (nowMs === (abortAtMs ?? 2 * HORIZON_MS)) outside.abort(new Error("from outside"));
        await clock.advance(0);
        rehearsal.checkStatistics();
        await clock.advance(1);
      }
      await clock.advance(1_000);
      const [result] = await outcome;

      assert.equal(rehearsal.live.size, 0);
      assert.equal(clock.pendingTimers, 0);
      assert.equal(listeners.current(), 0);
      if (result.status === "fulfilled") {
        seen.value++;
        assert.deepEqual(rehearsal.thrown, []);
      } else if (result.reason instanceof TaskGroupError) {
        seen.failure++;
        const leaves = leavesOf(result.reason);
        assert.equal(leaves.length, rehearsal.thrown.length);
        assert.equal(new Set(leaves).size, leaves.length, "an error is there twice");
        assert.deepEqual(new Set(leaves), new Set(rehearsal.thrown));
      } else {
        seen.reason++;
        assert.deepEqual(rehearsal.thrown, []);
      }
    }),
    { numRuns: 400 },
  );
  // The property says nothing unless all three kinds of ending were met.
  assert.ok(Object.values(seen).every((count) => count > 0), JSON.stringify(seen));
});

Deno.test("TaskGroupError lists random failures in the order of occurrence", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(ms, { minLength: 1, maxLength: 8 }), async (cleanupsMs) => {
      const clock = new FakeClock();
      const thrown: Error[] = [];
      const outcome = Promise.allSettled([runTaskGroup((group) => {
        for (const cleanupMs of cleanupsMs) {
          group.spawn("child", async (signal) => {
            await waitForAbort(signal);
            await clock.sleep(cleanupMs);
            const error = new Error(`after ${cleanupMs} ms`);
            thrown.push(error);
            throw error;
          });
        }
        group.cancel();
      })]);
      await clock.advance(HORIZON_MS);
      const [result] = await outcome;
      assert.ok(result.status === "rejected" && result.reason instanceof TaskGroupError);
      assert.deepEqual(result.reason.errors, thrown);
      assert.equal(thrown.length, cleanupsMs.length);
    }),
    { numRuns: 50 },
  );
});
