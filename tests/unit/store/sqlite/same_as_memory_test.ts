import assert from "node:assert/strict";
import fc from "fast-check";
import { createMemoryTaskStore } from "../../../../src/store/memory/mod.ts";
import type { ClaimTasks, NewTask, TaskStore } from "../../../../src/store/mod.ts";
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import type { Task } from "../../../../src/task/mod.ts";
import { COMPLETED, failed, newClaim, newTask } from "../conformance/new_task.ts";
import { withDirectory } from "./with_directory.ts";

/** One step of a random history. Tasks are named by the order of their insertion. */
type Step =
  | { readonly kind: "insert"; readonly fields: Partial<NewTask>; readonly delayMs: number }
  | { readonly kind: "claim"; readonly fields: Partial<ClaimTasks> }
  | { readonly kind: "report"; readonly which: number; readonly how: Report }
  | { readonly kind: "cancel" | "retry"; readonly which: number }
  | { readonly kind: "expire" | "prune" };

type Report = "complete" | "fail" | "give up" | "release" | "renew";

const TYPE = fc.constantFrom("a", "b");
const TAGS = fc.subarray(["x", "y"]);
const NAME = fc.constantFrom(null, "n1", "n2");

const INSERT = fc.record({
  kind: fc.constant("insert" as const),
  fields: fc.record({
    type: TYPE,
    priority: fc.constantFrom(1, 5, 10),
    maxAttempts: fc.constantFrom(1, 2),
    requires: TAGS,
    affinity: fc.option(
      fc.record({ worker: NAME, session: NAME, untilMs: fc.nat(60) }, { noNullPrototype: true }),
    ),
    deadlineAtMs: fc.option(fc.nat(100), { freq: 8 }),
  }),
  delayMs: fc.constantFrom(0, 0, 0, 10, 40),
});
const CLAIM = fc.record({
  kind: fc.constant("claim" as const),
  fields: fc.record({
    types: fc.oneof(fc.constant("any" as const), fc.subarray(["a", "b"], { minLength: 1 })),
    worker: fc.constantFrom("n1", "n2", "n3"),
    session: NAME,
    offers: TAGS,
    limit: fc.constantFrom(1, 2, 9),
    isFenced: fc.boolean(),
    maxRunningByType: fc.constantFrom(new Map(), new Map([["a", 1]]), new Map([["b", 2]])),
    leaseMs: fc.constant(20),
    mayTake: fc.option(
      fc.nat(2).map((rest) => ({ id }: { readonly id: string }) => id.length % 3 !== rest),
      { nil: undefined },
    ),
  }),
});
const WHICH = fc.nat(30);
const STEP: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: INSERT, weight: 5 },
  { arbitrary: CLAIM, weight: 5 },
  {
    arbitrary: fc.record({
      kind: fc.constant("report" as const),
      which: WHICH,
      how: fc.constantFrom<Report>("complete", "fail", "give up", "release", "renew"),
    }),
    weight: 4,
  },
  fc.record({ kind: fc.constantFrom("cancel" as const, "retry" as const), which: WHICH }),
  fc.record({ kind: fc.constantFrom("expire" as const, "prune" as const) }),
);

/** Plays steps on one store. */
class Player {
  readonly #tokens = new Map<string, string>();
  #inserted = 0;

  constructor(readonly store: TaskStore) {}

  async play(step: Step, nowMs: number): Promise<unknown> {
    try {
      return await this.#run(step, nowMs);
    } catch (error) {
      return error instanceof Error && "code" in error ? error.code : error;
    }
  }

  async #run(step: Step, nowMs: number): Promise<unknown> {
    const { store } = this;
    switch (step.kind) {
      case "insert": {
        const id = "t".repeat(this.#inserted % 7) + this.#inserted++;
        const notBeforeMs = nowMs + step.delayMs;
        return await store.insert(newTask({ ...step.fields, id, nowMs, notBeforeMs }));
      }
      case "claim": {
        const tasks = await store.claim(newClaim({ ...step.fields, nowMs }));
        for (const { id, lease } of tasks) this.#tokens.set(id, lease?.token ?? "");
        return tasks.map(withoutToken);
      }
      case "report":
        return withoutToken(await this.#report(this.#idOf(step.which), step.how, nowMs));
      case "cancel":
        return await store.cancel({ taskId: this.#idOf(step.which), nowMs, reason: "" });
      case "retry":
        return await store.retry({ taskId: this.#idOf(step.which), nowMs, deadlineAtMs: null });
      case "expire":
        return (await store.expire({ nowMs, limit: 99, backoffMs: () => 5 })).map(withoutToken);
      case "prune":
        return await store.prune({ beforeMs: nowMs - 20, limit: 99 });
    }
  }

  async #report(taskId: string, how: Report, nowMs: number): Promise<Task> {
    const held = { taskId, token: this.#tokens.get(taskId) ?? "", nowMs };
    if (how === "release") return await this.store.release({ ...held, reason: "" });
    if (how === "renew") {
      const logs = [{ stream: "s", message: how }];
      return await this.store.renew({ ...held, leaseMs: 20, progress: { nowMs }, logs });
    }
    const outcome = how === "complete"
      ? COMPLETED
      : failed({ retryable: how === "fail", backoffMs: 5 });
    return await this.store.finish({ ...held, outcome });
  }

  #idOf(which: number): string {
    const number = which % Math.max(1, this.#inserted);
    return "t".repeat(number % 7) + number;
  }
}

function withoutToken(task: Task): Task {
  const { lease } = task;
  return lease === null ? task : { ...task, lease: { ...lease, token: "" } };
}

/** All that can be read of a store. */
async function readAll(store: TaskStore): Promise<unknown> {
  return {
    tasks: (await store.list({ limit: 999 })).map(withoutToken),
    counts: await store.counts(),
    byType: [...await store.countsByType(9)],
  };
}

Deno.test("SqliteTaskStore does in every history what the store in memory does", async () => {
  const history = fc.array(fc.tuple(STEP, fc.nat(8)), { minLength: 5, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(history, (steps) =>
      withDirectory(async (path) => {
        await using sqlite = openSqliteTaskStore({ path });
        await using memory = createMemoryTaskStore();
        const [actual, expected] = [new Player(sqlite), new Player(memory)];
        let nowMs = 0;
        for (const [step, passedMs] of steps) {
          nowMs += passedMs;
          assert.deepEqual(await actual.play(step, nowMs), await expected.play(step, nowMs));
        }
        assert.deepEqual(await readAll(sqlite), await readAll(memory));
        // What a sweep leaves to be done later is the same, too.
        for (const store of [sqlite, memory]) {
          await store.expire({ nowMs, limit: 99, backoffMs: () => 5 });
        }
        assert.equal(await sqlite.nextDueMs(nowMs), await memory.nextDueMs(nowMs));
      })),
    { numRuns: 40 },
  );
});
