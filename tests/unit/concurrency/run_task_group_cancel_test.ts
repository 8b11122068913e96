import assert from "node:assert/strict";
import {
  CancelReason,
  failAfter,
  FakeClock,
  runTaskGroup,
  TaskGroupError,
  waitForAbort,
} from "../../../src/concurrency/mod.ts";
import { untilAborted } from "./until_aborted.ts";

const DEADLINE = { name: "CancelReason", code: "deadline_exceeded", source: "deadline" };

Deno.test("TaskGroup.cancel ends the children, and the group returns the body's value", async () => {
  let reason: unknown;
  const value = await runTaskGroup((group) => {
    group.spawn("service", async (signal) => {
      await waitForAbort(signal);
      reason = signal.reason;
      throw signal.reason;
    });
    group.cancel("all work is done");
    return "value";
  }, { name: "import" });
  assert.equal(value, "value");
  assert.ok(reason instanceof CancelReason);
  assert.equal(reason.code, "cancelled");
  assert.equal(reason.source, "explicit");
  assert.equal(reason.scope, "import");
  assert.equal(reason.detail, "all work is done");
});

Deno.test("TaskGroup.cancel makes the group throw the reason if it interrupted the body", async () => {
  await assert.rejects(
    runTaskGroup(async (group, signal) => {
      group.spawn("canceller", () => group.cancel("not needed"));
      await untilAborted(signal);
    }),
    { name: "CancelReason", source: "explicit", detail: "not needed" },
  );
});

Deno.test("TaskGroup.cancel turns an AbortError of the body into the reason", async () => {
  await assert.rejects(
    runTaskGroup((group) => {
      group.cancel();
      throw new DOMException("The operation was aborted", "AbortError");
    }),
    { name: "CancelReason", source: "explicit" },
  );
});

Deno.test("TaskGroup.cancel does not hide a failure", async () => {
  await assert.rejects(
    runTaskGroup((group) => {
      group.spawn("child", async (signal) => {
        await waitForAbort(signal);
        throw new Error("cleanup");
      });
      group.cancel();
    }),
    (error) => error instanceof TaskGroupError && error.errors.length === 1,
  );
});

Deno.test("TaskGroup.cancel has an effect the first time only", async () => {
  await runTaskGroup((group, signal) => {
    group.cancel("first");
    group.cancel("second");
    assert.equal(signal.reason.detail, "first");
  });
});

for (
  const reason of [new Error("shutdown"), "text", new CancelReason("shutdown", { scope: "app" })]
) {
  Deno.test(`runTaskGroup rethrows the outside reason untouched: ${reason}`, async () => {
    const outside = new AbortController();
    let caught: unknown;
    await runTaskGroup(async (group, signal) => {
      group.spawn("child", untilAborted);
      group.spawn("aborter", () => outside.abort(reason));
      await untilAborted(signal);
    }, { signal: outside.signal }).catch((error) => {
      caught = error;
    });
    assert.equal(caught, reason);
  });
}

Deno.test("runTaskGroup rethrows the outside reason also when its body had returned", async () => {
  const outside = new AbortController();
  const reason = new Error("shutdown");
  const running = runTaskGroup((group) => {
    group.spawn("service", waitForAbort);
    return "value";
  }, { signal: outside.signal });
  outside.abort(reason);
  await assert.rejects(running, reason);
});

Deno.test("runTaskGroup throws a TaskGroupError if something failed besides an outside abort", async () => {
  const outside = new AbortController();
  const failure = new Error("cleanup");
  const running = runTaskGroup((group) => {
    group.spawn("good", untilAborted);
    group.spawn("bad", async (signal) => {
      await waitForAbort(signal);
      throw failure;
    });
  }, { signal: outside.signal });
  outside.abort(new Error("shutdown"));
  await assert.rejects(running, (error) => {
    assert.ok(error instanceof TaskGroupError);
    assert.deepEqual(error.errors, [failure]);
    return true;
  });
});

Deno.test("runTaskGroup does not run its body when the outside signal has aborted", async () => {
  let ran = false;
  const signal = AbortSignal.abort(new Error("shutdown"));
  await assert.rejects(
    runTaskGroup(() => {
      ran = true;
    }, { signal }),
    /shutdown/,
  );
  assert.equal(ran, false);
});

Deno.test("runTaskGroup lets a nested group end with the reason of the outer one", async () => {
  const seen: unknown[] = [];
  let outerReason: unknown;
  const value = await runTaskGroup((outer, outerSignal) => {
    outer.spawn("nested", async (signal) => {
      await runTaskGroup((inner) => {
        inner.spawn("with the inner signal", untilAborted);
        inner.spawn("with the outer signal", () => untilAborted(outerSignal));
      }, { signal }).catch((error) => {
        seen.push(error);
        throw error;
      });
    });
    outer.spawn("canceller", () => {
      outer.cancel();
      outerReason = outerSignal.reason;
    });
    return "value";
  });
  assert.equal(value, "value");
  assert.deepEqual(seen, [outerReason]);
});

Deno.test("runTaskGroup takes the outside reason for cancellation after its own cancel", async () => {
  const outside = new AbortController();
  const reason = new Error("shutdown");
  const running = runTaskGroup((group) => {
    group.spawn("child", () => untilAborted(outside.signal));
    group.cancel();
  }, { signal: outside.signal });
  await Promise.resolve();
  outside.abort(reason);
  await assert.rejects(running, (error) => error === reason);
});

Deno.test("runTaskGroup throws when its deadline interrupts the work", async () => {
  const clock = new FakeClock();
  const reasons: unknown[] = [];
  const running = assert.rejects(
    runTaskGroup(async (group, signal) => {
      group.spawn("child", async (signal) => {
        await waitForAbort(signal);
        reasons.push(signal.reason);
      });
      await untilAborted(signal);
    }, { name: "import", deadlineMs: 50, clock }),
    { ...DEADLINE, scope: "import" },
  );
  await clock.advance(49);
  assert.deepEqual(reasons, []);
  await clock.advance(1);
  await running;
  assert.match(String(reasons[0]), /scope "import", deadline "50 ms"/);
});

Deno.test("runTaskGroup throws when its deadline interrupts children of a body that returned", async () => {
  const clock = new FakeClock();
  const running = assert.rejects(
    runTaskGroup((group) => {
      group.spawn("child", untilAborted);
      return "value";
    }, { deadlineMs: 50, clock }),
    DEADLINE,
  );
  await clock.advance(50);
  await running;
});

Deno.test("runTaskGroup clears its deadline when it ends in time", async () => {
  const clock = new FakeClock();
  await runTaskGroup(() => assert.equal(clock.pendingTimers, 1), { deadlineMs: 50, clock });
  assert.equal(clock.pendingTimers, 0);
  await assert.rejects(
    runTaskGroup(() => Promise.reject(new Error("bad input")), { deadlineMs: 50, clock }),
  );
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("runTaskGroup sets no timer for a deadline of Infinity", async () => {
  const clock = new FakeClock();
  await runTaskGroup(() => assert.equal(clock.pendingTimers, 0), { deadlineMs: Infinity, clock });
});

Deno.test("runTaskGroup does not run its body when there is no time at all", async () => {
  await assert.rejects(runTaskGroup(() => assert.fail("ran"), { deadlineMs: 0 }), DEADLINE);
});

for (const deadlineMs of [-1, NaN]) {
  Deno.test(`runTaskGroup refuses a deadline of ${deadlineMs}`, async () => {
    const running = runTaskGroup(() => assert.fail("ran"), { deadlineMs });
    await assert.rejects(running, { name: "RangeError", message: /deadlineMs/ });
  });
}

Deno.test("TaskGroup takes the deadline of a child's own time limit as a failure", async () => {
  const clock = new FakeClock();
  const running = assert.rejects(
    runTaskGroup((group) => {
      group.spawn("child", (signal) => failAfter(10, untilAborted, { clock, signal }));
      group.spawn("sibling", untilAborted);
    }),
    (error) => error instanceof TaskGroupError && error.errors[0].code === "deadline_exceeded",
  );
  await clock.advance(10);
  await running;
});
