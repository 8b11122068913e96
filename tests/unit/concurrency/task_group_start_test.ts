import assert from "node:assert/strict";
import {
  FakeClock,
  runTaskGroup,
  type TaskGroup,
  TaskGroupError,
  waitForAbort,
} from "../../../src/concurrency/mod.ts";
import { untilAborted } from "./until_aborted.ts";

Deno.test("TaskGroup.start returns what the child said when it was ready", async () => {
  const clock = new FakeClock();
  const running = runTaskGroup(async (group) => {
    const port = await group.start<number>("listener", async (started, signal) => {
      await clock.sleep(10, { signal });
      started(8000);
      await waitForAbort(signal);
    });
    assert.equal(clock.monotonicMs(), 10);
    assert.equal(group.statistics().running, 1);
    group.cancel();
    return port;
  });
  await clock.advance(10);
  assert.equal(await running, 8000);
});

Deno.test("TaskGroup.start gives an error before started to the caller and not to the group", async () => {
  const failure = new Error("port in use");
  const outcome = await runTaskGroup(async (group, signal) => {
    const caught = await group.start("listener", () => Promise.reject(failure)).catch((e) => e);
    assert.equal(signal.aborted, false);
    return caught;
  });
  assert.equal(outcome, failure);
});

Deno.test("TaskGroup.start has an error before started once if the caller lets it pass", async () => {
  const failure = new Error("port in use");
  await assert.rejects(
    runTaskGroup((group) => group.start("listener", () => Promise.reject(failure))),
    (error) => {
      assert.ok(error instanceof TaskGroupError);
      assert.deepEqual(error.failures, [{ child: "body", error: failure }]);
      return true;
    },
  );
});

Deno.test("TaskGroup.start gives the caller what the child throws before its first await", async () => {
  await runTaskGroup(async (group) => {
    const starting = group.start("listener", () => {
      throw new Error("port in use");
    });
    await assert.rejects(starting, /port in use/);
  });
});

Deno.test("TaskGroup.start gives an error after started to the group", async () => {
  const failure = new Error("connection lost");
  let value: unknown;
  await assert.rejects(
    runTaskGroup(async (group, signal) => {
      value = await group.start("listener", async (started) => {
        started("ready");
        await Promise.resolve();
        throw failure;
      });
      await untilAborted(signal);
    }),
    (error) => {
      assert.ok(error instanceof TaskGroupError);
      assert.deepEqual(error.failures, [{ child: "listener", error: failure }]);
      return true;
    },
  );
  assert.equal(value, "ready");
});

Deno.test("TaskGroup.start rejects if the child ends without a call of started", async () => {
  await runTaskGroup(async (group) => {
    await assert.rejects(group.start("listener", async () => {}), {
      name: "TypeError",
      message: /ended without calling started: child "listener", group "server"/,
    });
  }, { name: "server" });
});

Deno.test("TaskGroup.start rejects with the reason if the group is cancelled meanwhile", async () => {
  const ways: ((signal: AbortSignal) => Promise<void>)[] = [
    untilAborted,
    waitForAbort,
    async (signal) => {
      await waitForAbort(signal);
      throw new DOMException("The operation was aborted", "AbortError");
    },
  ];
  for (const child of ways) {
    await runTaskGroup(async (group, signal) => {
      group.spawn("canceller", () => group.cancel());
      let caught: unknown;
      await group.start("listener", (_started, signal) => child(signal)).catch((error) => {
        caught = error;
      });
      assert.equal(caught, signal.reason);
    });
  }
});

Deno.test("TaskGroup.start gives the caller an error of the child while being cancelled", async () => {
  const failure = new Error("cleanup");
  await assert.rejects(
    runTaskGroup(async (group) => {
      group.spawn("canceller", () => group.cancel());
      await group.start("listener", async (_started, signal) => {
        await waitForAbort(signal);
        throw failure;
      });
    }),
    (error) => {
      assert.ok(error instanceof TaskGroupError);
      assert.deepEqual(error.failures, [{ child: "body", error: failure }]);
      return true;
    },
  );
});

Deno.test("TaskGroup.start may be abandoned by a caller that was itself cancelled", async () => {
  // The test fails with an uncaught error if the rejection counts as unhandled.
  await assert.rejects(
    runTaskGroup((group) => {
      const starting = group.start("listener", (_started, signal) => untilAborted(signal));
      group.cancel();
      assert.ok(starting instanceof Promise);
      throw group.signal.reason;
    }),
    { name: "CancelReason" },
  );
  await new FakeClock().advance(0);
});

Deno.test("TaskGroup.start fails the child that calls started twice", async () => {
  await assert.rejects(
    runTaskGroup(async (group) => {
      await group.start("listener", (started) => {
        started(1);
        started(2);
        return Promise.resolve();
      });
    }),
    (error) => {
      assert.ok(error instanceof TaskGroupError);
      assert.equal(error.failures[0]?.child, "listener");
      assert.ok(error.failures[0]?.error instanceof TypeError);
      return true;
    },
  );
});

Deno.test("TaskGroup.start refuses a started that comes after the end of the child", async () => {
  await runTaskGroup(async (group) => {
    let late: (value: number) => void = () => {};
    const starting = group.start<number>("listener", (started) => {
      late = started;
      return Promise.reject(new Error("port in use"));
    });
    await assert.rejects(starting, /port in use/);
    assert.throws(() => late(1), TypeError);
  });
});

Deno.test("TaskGroup.start works from a child, and for several children at once", async () => {
  async function startBoth(group: TaskGroup): Promise<readonly number[]> {
    return await Promise.all(
      [1, 2].map((value) =>
        group.start<number>(`service ${value}`, async (started, signal) => {
          started(value);
          await waitForAbort(signal);
        })
      ),
    );
  }
  let values: readonly number[] = [];
  await runTaskGroup((group) => {
    group.spawn("starter", async () => {
      values = await startBoth(group);
      group.cancel();
    });
  });
  assert.deepEqual(values, [1, 2]);
});
