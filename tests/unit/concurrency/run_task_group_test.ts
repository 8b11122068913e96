import assert from "node:assert/strict";
import {
  CancelReason,
  currentScope,
  FakeClock,
  runTaskGroup,
  type TaskGroup,
  TaskGroupEndedError,
  TaskGroupError,
  waitForAbort,
} from "../../../src/concurrency/mod.ts";
import { untilAborted } from "./until_aborted.ts";

/** Runs a group that must fail, and returns its error. */
async function failureOf(group: Promise<unknown>): Promise<TaskGroupError> {
  try {
    await group;
  } catch (error) {
    assert.ok(error instanceof TaskGroupError, `expected a TaskGroupError, got ${error}`);
    return error;
  }
  throw new assert.AssertionError({ message: "expected the group to fail" });
}

Deno.test("runTaskGroup returns the value of its body", async () => {
  assert.equal(await runTaskGroup(() => 1), 1);
  assert.equal(await runTaskGroup(() => Promise.resolve(2)), 2);
});

Deno.test("runTaskGroup leaves only when all children have ended", async () => {
  const clock = new FakeClock();
  let left = false;
  const group = runTaskGroup((group) => {
    group.spawn("short", (signal) => clock.sleep(10, { signal }));
    group.spawn("long", (signal) => clock.sleep(20, { signal }));
  }).then(() => {
    left = true;
  });
  await clock.advance(19);
  assert.equal(left, false);
  await clock.advance(1);
  assert.equal(left, true);
  await group;
});

Deno.test("runTaskGroup waits for children that children have added", async () => {
  const clock = new FakeClock();
  const ended: string[] = [];
  const running = runTaskGroup((group) => {
    group.spawn("first", async () => {
      await clock.sleep(1);
      group.spawn("second", async () => {
        await clock.sleep(1);
        group.spawn("third", () => void ended.push("third"));
        ended.push("second");
      });
      ended.push("first");
    });
  });
  await clock.advance(2);
  await running;
  assert.deepEqual(ended, ["first", "second", "third"]);
});

Deno.test("TaskGroup.spawn begins the child in a microtask, not at once", async () => {
  const steps: string[] = [];
  await runTaskGroup(async (group) => {
    group.spawn("child", () => void steps.push("child"));
    steps.push("spawned");
    await Promise.resolve();
    await Promise.resolve();
    steps.push("body");
  });
  assert.deepEqual(steps, ["spawned", "child", "body"]);
});

Deno.test("runTaskGroup hands its own signal to the body and to every child", async () => {
  await runTaskGroup((group, signal) => {
    assert.equal(signal, group.signal);
    group.spawn("child", (childSignal) => assert.equal(childSignal, signal));
  });
});

Deno.test("TaskGroup cancels siblings and body when a child fails", async () => {
  const reasons: unknown[] = [];
  const failure = new Error("disk full");
  const error = await failureOf(runTaskGroup(async (group, signal) => {
    group.spawn("reader", () => Promise.reject(failure));
    group.spawn("writer", async (signal) => {
      await waitForAbort(signal);
      reasons.push(signal.reason);
    });
    await waitForAbort(signal);
    reasons.push(signal.reason);
  }, { name: "import" }));

  assert.deepEqual(error.errors, [failure]);
  assert.deepEqual(error.failures, [{ child: "reader", error: failure }]);
  assert.equal(reasons.length, 2);
  for (const reason of reasons) {
    assert.ok(reason instanceof CancelReason);
    assert.equal(reason.source, "sibling");
    assert.equal(reason.scope, "import");
    assert.equal(reason.cause, failure);
    assert.match(reason.message, /child "reader", disk full/);
  }
});

Deno.test("TaskGroup cancels its children when the body fails", async () => {
  const failure = new Error("bad input");
  let interrupted = false;
  const error = await failureOf(runTaskGroup((group) => {
    group.spawn("child", async (signal) => {
      await waitForAbort(signal);
      interrupted = true;
    });
    throw failure;
  }));
  assert.deepEqual(error.failures, [{ child: "body", error: failure }]);
  assert.ok(interrupted);
});

Deno.test("TaskGroup takes a child that throws before its first await as failed", async () => {
  const error = await failureOf(runTaskGroup((group) => {
    group.spawn("child", () => {
      throw new Error("at once");
    });
  }));
  assert.equal(error.failures[0]?.child, "child");
});

Deno.test("TaskGroupError keeps what children throw while being cancelled, in that order", async () => {
  const clock = new FakeClock();
  const running = failureOf(runTaskGroup((group) => {
    for (const [name, cleanupMs] of [["slow", 20], ["quick", 10]] as const) {
      group.spawn(name, async (signal) => {
        await waitForAbort(signal);
        await clock.sleep(cleanupMs);
        throw new Error(`cleanup of ${name}`);
      });
    }
    throw new Error("first");
  }));
  await clock.advance(20);
  assert.deepEqual((await running).errors.map((error) => error.message), [
    "first",
    "cleanup of quick",
    "cleanup of slow",
  ]);
});

Deno.test("TaskGroupError keeps the error of a nested group as one entry", async () => {
  const error = await failureOf(runTaskGroup((outer) => {
    outer.spawn("inner", () =>
      runTaskGroup((inner) => {
        inner.spawn("a", () => Promise.reject(new Error("a")));
        inner.spawn("b", () => Promise.reject(new Error("b")));
      }, { name: "nested" }));
  }));
  assert.equal(error.errors.length, 1);
  const [nested] = error.errors;
  assert.ok(nested instanceof TaskGroupError);
  assert.equal(nested.group, "nested");
  assert.deepEqual(nested.failures.map(({ child }) => child), ["a", "b"]);
});

Deno.test("TaskGroupError has an error once that two children threw, but each thrown text", async () => {
  const shared = Promise.reject(new Error("shared"));
  const once = await failureOf(runTaskGroup(async (group) => {
    group.spawn("a", () => shared);
    group.spawn("b", () => shared);
    await shared;
  }));
  assert.equal(once.errors.length, 1);

  const each = await failureOf(runTaskGroup((group) => {
    group.spawn("a", () => Promise.reject("text"));
    group.spawn("b", () => Promise.reject("text"));
  }));
  assert.deepEqual(each.errors, ["text", "text"]);
});

Deno.test("TaskGroup takes its own reason and an AbortError for cancellation once aborted", async () => {
  const failure = new Error("only this");
  const error = await failureOf(runTaskGroup((group) => {
    group.spawn("reason", untilAborted);
    group.spawn("platform", async (signal) => {
      await waitForAbort(signal);
      throw new DOMException("The operation was aborted", "AbortError");
    });
    group.spawn("failing", () => Promise.reject(failure));
  }));
  assert.deepEqual(error.errors, [failure]);
});

Deno.test("TaskGroup takes an AbortError as a failure while it is not aborted", async () => {
  const foreign = new DOMException("Other work was aborted", "AbortError");
  const error = await failureOf(runTaskGroup((group) => {
    group.spawn("child", () => Promise.reject(foreign));
  }));
  assert.deepEqual(error.errors, [foreign]);
});

Deno.test("TaskGroup takes the reason of an unrelated scope as a failure", async () => {
  const foreign = new CancelReason("explicit", { scope: "other" });
  const error = await failureOf(runTaskGroup((group) => {
    group.spawn("idle", untilAborted);
    group.spawn("child", () => Promise.reject(foreign));
  }));
  assert.deepEqual(error.errors, [foreign]);
});

Deno.test("TaskGroup.spawn throws when the group has ended", async () => {
  let escaped: TaskGroup | undefined;
  await runTaskGroup((group) => {
    escaped = group;
  }, { name: "import" });
  const expected = { name: "TaskGroupEndedError", code: "task_group_ended" };
  assert.throws(() => escaped?.spawn("late", () => {}), expected);
  assert.throws(() => escaped?.spawn("late", () => {}), /child "late", group "import"/);
  await assert.rejects(async () => await escaped?.start("late", async () => {}), expected);
});

Deno.test("TaskGroup.spawn throws also after the group has failed", async () => {
  let escaped: TaskGroup | undefined;
  await failureOf(runTaskGroup((group) => {
    escaped = group;
    throw new Error("bad input");
  }));
  assert.throws(() => escaped?.spawn("late", () => {}), TaskGroupEndedError);
});

Deno.test("TaskGroup.spawn runs a child of a cancelled group with an aborted signal", async () => {
  let wasAborted: boolean | undefined;
  await runTaskGroup((group) => {
    group.cancel();
    group.spawn("closer", (signal) => {
      wasAborted = signal.aborted;
    });
  });
  assert.equal(wasAborted, true);
});

Deno.test("TaskGroup.statistics counts children, and not the body", async () => {
  const clock = new FakeClock();
  await runTaskGroup(async (group) => {
    assert.deepEqual(group.statistics(), { running: 0, spawned: 0, cancelled: false });
    group.spawn("short", (signal) => clock.sleep(10, { signal }));
    group.spawn("long", (signal) => clock.sleep(20, { signal }));
    assert.deepEqual(group.statistics(), { running: 2, spawned: 2, cancelled: false });
    await clock.advance(10);
    assert.deepEqual(group.statistics(), { running: 1, spawned: 2, cancelled: false });
    group.cancel();
    await clock.advance(0);
    assert.deepEqual(group.statistics(), { running: 0, spawned: 2, cancelled: true });
    assert.ok(Object.isFrozen(group.statistics()));
  });
});

Deno.test("TaskGroup runs body and children in its scope, wherever they were added", async () => {
  const names: (string | undefined)[] = [];
  await runTaskGroup(async (outer) => {
    await runTaskGroup((inner) => {
      names.push(currentScope()?.name, currentScope()?.parent?.name);
      outer.spawn("of outer", () => void names.push(currentScope()?.name));
      inner.spawn("of inner", () => void names.push(currentScope()?.name));
    }, { name: "inner" });
  }, { name: "outer" });
  assert.deepEqual(names, ["inner", "outer", "outer", "inner"]);
});
