import assert from "node:assert/strict";
import { failAfter, FakeClock, retry, waitForAbort } from "../../../src/concurrency/mod.ts";
import { untilAborted } from "./until_aborted.ts";

const STEADY = { jitter: 0, baseDelayMs: 100, factor: 2 };

/** Fails so many times, then returns the number of the attempt. Records when it was called. */
function createFlaky(clock: FakeClock, failures: number): {
  readonly calledAtMs: number[];
  attempt(attempt: number): Promise<number>;
} {
  const calledAtMs: number[] = [];
  return {
    calledAtMs,
    attempt(attempt) {
      calledAtMs.push(clock.monotonicMs());
      if (attempt <= failures) return Promise.reject(new Error(`failure ${attempt}`));
      return Promise.resolve(attempt);
    },
  };
}

Deno.test("retry tries again after growing delays until an attempt succeeds", async () => {
  const clock = new FakeClock();
  const flaky = createFlaky(clock, 3);
  const result = retry(flaky.attempt, { ...STEADY, clock });
  await clock.advance(1_000);
  assert.equal(await result, 4);
  assert.deepEqual(flaky.calledAtMs, [0, 100, 300, 700]);
});

Deno.test("retry spreads the delays with the given randomness", async () => {
  const clock = new FakeClock();
  const flaky = createFlaky(clock, 1);
  const result = retry(flaky.attempt, { baseDelayMs: 100, jitter: 0.5, random: () => 0.5, clock });
  await clock.advance(1_000);
  await result;
  assert.deepEqual(flaky.calledAtMs, [0, 75]);
});

Deno.test("retry throws the last error untouched after the last attempt", async () => {
  const clock = new FakeClock();
  const flaky = createFlaky(clock, Infinity);
  const checked = assert.rejects(
    retry(flaky.attempt, { ...STEADY, maxAttempts: 3, clock }),
    /^Error: failure 3$/,
  );
  await clock.advance(1_000);
  await checked;
  assert.equal(flaky.calledAtMs.length, 3);
});

Deno.test("retry stops at an error that is not worth another attempt", async () => {
  const clock = new FakeClock();
  const flaky = createFlaky(clock, Infinity);
  await assert.rejects(retry(flaky.attempt, { isRetryable: () => false, clock }), /failure 1/);
  assert.equal(flaky.calledAtMs.length, 1);
});

Deno.test("retry begins no wait that would go beyond the budget", async () => {
  const clock = new FakeClock();
  const flaky = createFlaky(clock, Infinity);
  const checked = assert.rejects(
    retry(flaky.attempt, { ...STEADY, budgetMs: 300, clock }),
    /failure 3/,
  );
  await clock.advance(300);
  await checked;
  assert.deepEqual(flaky.calledAtMs, [0, 100, 300]);
});

Deno.test("retry counts the attempts themselves against the budget", async () => {
  const clock = new FakeClock();
  let attempts = 0;
  const checked = assert.rejects(
    retry(async () => {
      attempts++;
      await clock.sleep(250);
      throw new Error("slow failure");
    }, { ...STEADY, budgetMs: 300, clock }),
    /slow failure/,
  );
  await clock.advance(1_000);
  await checked;
  assert.equal(attempts, 1);
});

Deno.test("retry does not begin when the signal has aborted", async () => {
  const signal = AbortSignal.abort(new Error("shutdown"));
  await assert.rejects(retry(() => assert.fail("ran"), { signal }), /shutdown/);
});

Deno.test("retry ends a wait when the signal aborts", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const reason = new Error("shutdown");
  const flaky = createFlaky(clock, Infinity);
  const checked = assert.rejects(
    retry(flaky.attempt, { ...STEADY, clock, signal: controller.signal }),
    (error) => error === reason,
  );
  await clock.advance(50);
  controller.abort(reason);
  await checked;
  assert.equal(flaky.calledAtMs.length, 1);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("retry hands the signal to the attempt, and throws its reason if that was interrupted", async () => {
  const controller = new AbortController();
  const reason = new Error("shutdown");
  const checked = assert.rejects(
    retry(async (_attempt, signal) => {
      await waitForAbort(signal);
      throw new DOMException("The operation was aborted", "AbortError");
    }, { signal: controller.signal }),
    (error) => error === reason,
  );
  controller.abort(reason);
  await checked;
});

Deno.test("retry throws the error of an attempt that failed while the signal aborted", async () => {
  const controller = new AbortController();
  let attempts = 0;
  await assert.rejects(
    retry(() => {
      attempts++;
      controller.abort(new Error("shutdown"));
      throw new Error("failure");
    }, { signal: controller.signal }),
    /failure/,
  );
  assert.equal(attempts, 1);
});

Deno.test("retry takes the deadline of a single attempt for a failure", async () => {
  const clock = new FakeClock();
  const result = retry(
    (attempt, signal) =>
      attempt === 1 ? failAfter(10, untilAborted, { clock, signal }) : Promise.resolve(attempt),
    { ...STEADY, clock },
  );
  await clock.advance(1_000);
  assert.equal(await result, 2);
});

Deno.test("retry refuses limits that are none", async () => {
  const unreachable = () => assert.fail("ran");
  await assert.rejects(retry(unreachable, { maxAttempts: 0 }), /maxAttempts "0"/);
  await assert.rejects(retry(unreachable, { maxAttempts: NaN }), RangeError);
  await assert.rejects(retry(unreachable, { budgetMs: -1 }), /budgetMs "-1"/);
  await assert.rejects(retry(unreachable, { factor: 0 }), /factor "0"/);
});
