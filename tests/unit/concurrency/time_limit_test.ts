import assert from "node:assert/strict";
import {
  CancelReason,
  currentScope,
  failAfter,
  FakeClock,
  moveOnAfter,
  waitForAbort,
} from "../../../src/concurrency/mod.ts";
import { untilAborted } from "./until_aborted.ts";

const DEADLINE = { name: "CancelReason", code: "deadline_exceeded", source: "deadline" };

Deno.test("failAfter and moveOnAfter return what the work returns in time, and clear the timer", async () => {
  const clock = new FakeClock();
  assert.equal(await failAfter(10, () => Promise.resolve(1), { clock }), 1);
  assert.deepEqual(await moveOnAfter(10, () => 1, { clock }), { timedOut: false, value: 1 });
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("failAfter throws a CancelReason when the time is up", async () => {
  const clock = new FakeClock();
  const limited = failAfter(10, untilAborted, { name: "fetch page", clock });
  const checked = assert.rejects(limited, { ...DEADLINE, scope: "fetch page" });
  await clock.advance(10);
  await checked;
});

Deno.test("failAfter waits for the work to stop", async () => {
  const clock = new FakeClock();
  let stopped = false;
  const checked = assert.rejects(
    failAfter(10, async (signal) => {
      await waitForAbort(signal);
      await clock.sleep(5);
      stopped = true;
      throw signal.reason;
    }, { clock }),
    () => stopped,
  );
  await clock.advance(15);
  await checked;
});

Deno.test("moveOnAfter says that the time was up", async () => {
  const clock = new FakeClock();
  const limited = moveOnAfter(10, untilAborted, { clock });
  await clock.advance(10);
  assert.deepEqual(await limited, { timedOut: true });
});

Deno.test("failAfter and moveOnAfter take an AbortError at the deadline for the deadline", async () => {
  const clock = new FakeClock();
  async function abortLikePlatform(signal: AbortSignal): Promise<never> {
    await waitForAbort(signal);
    throw new DOMException("The operation was aborted", "AbortError");
  }
  const checked = assert.rejects(failAfter(10, abortLikePlatform, { clock }), DEADLINE);
  const movedOn = moveOnAfter(10, abortLikePlatform, { clock });
  await clock.advance(10);
  await checked;
  assert.deepEqual(await movedOn, { timedOut: true });
});

Deno.test("failAfter and moveOnAfter return a value that came late, as it may be a resource", async () => {
  const clock = new FakeClock();
  const late = () => clock.sleep(20).then(() => "resource");
  const failed = failAfter(10, late, { clock });
  const moved = moveOnAfter(10, late, { clock });
  await clock.advance(20);
  assert.equal(await failed, "resource");
  assert.deepEqual(await moved, { timedOut: false, value: "resource" });
});

for (const limit of [failAfter, moveOnAfter]) {
  Deno.test(`${limit.name} throws the work's own error`, async () => {
    const clock = new FakeClock();
    await assert.rejects(
      limit(10, () => Promise.reject(new Error("failure")), { clock }),
      /failure/,
    );
    const failing = assert.rejects(
      limit(10, async (signal) => {
        await waitForAbort(signal);
        throw new Error("cleanup");
      }, { clock }),
      /cleanup/,
    );
    await clock.advance(10);
    await failing;
  });

  Deno.test(`${limit.name} throws the reason of an outside signal`, async () => {
    const clock = new FakeClock();
    const outside = new AbortController();
    const reason = new Error("shutdown");
    const options = { clock, signal: outside.signal };
    const checked = assert.rejects(limit(10, untilAborted, options), (error) => error === reason);
    outside.abort(reason);
    await checked;
    assert.equal(clock.pendingTimers, 0);
    const late = limit(10, () => assert.fail("ran"), options);
    await assert.rejects(late, (error) => error === reason);
  });

  Deno.test(`${limit.name} throws the outside reason if that comes while the work still stops`, async () => {
    const clock = new FakeClock();
    const outside = new AbortController();
    const reason = new Error("shutdown");
    const checked = assert.rejects(
      limit(10, async (signal) => {
        await waitForAbort(signal);
        await waitForAbort(outside.signal);
        throw signal.reason;
      }, { clock, signal: outside.signal }),
      (error) => error === reason,
    );
    await clock.advance(10);
    outside.abort(reason);
    await checked;
  });

  Deno.test(`${limit.name} refuses a negative limit, and takes Infinity for none`, async () => {
    const clock = new FakeClock();
    await assert.rejects(limit(-1, () => assert.fail("ran"), { clock }), RangeError);
    await limit(Infinity, () => assert.equal(clock.pendingTimers, 0), { clock });
  });

  Deno.test(`${limit.name} is a scope with its name`, async () => {
    await limit(Infinity, () => assert.equal(currentScope()?.name, limit.name));
    await limit(Infinity, () => assert.equal(currentScope()?.name, "own"), { name: "own" });
    assert.equal(currentScope(), undefined);
  });
}

Deno.test("failAfter and moveOnAfter do not begin work that has no time", async () => {
  await assert.rejects(failAfter(0, () => assert.fail("ran")), DEADLINE);
  assert.deepEqual(await moveOnAfter(0, () => assert.fail("ran")), { timedOut: true });
});

Deno.test("moveOnAfter passes on the deadline of a limit inside and outside of it", async () => {
  const clock = new FakeClock();
  const isInner = (error: unknown) => error instanceof CancelReason && error.scope === "inner";
  const inner = assert.rejects(
    moveOnAfter(
      20,
      (signal) => failAfter(10, untilAborted, { name: "inner", clock, signal }),
      { clock },
    ),
    isInner,
  );
  const outer = failAfter(
    10,
    (signal) => moveOnAfter(20, untilAborted, { clock, signal }),
    { name: "outer", clock },
  );
  const checkedOuter = assert.rejects(outer, { ...DEADLINE, scope: "outer" });
  await clock.advance(20);
  await inner;
  await checkedOuter;
});
