import assert from "node:assert/strict";
import { abortable } from "../../../src/concurrency/mod.ts";

const NEVER = new Promise<never>(() => {});

Deno.test("abortable passes on the promise's value and error", async () => {
  const { signal } = new AbortController();
  assert.equal(await abortable(Promise.resolve(1), signal), 1);
  assert.equal(await abortable(Promise.resolve(1)), 1);
  await assert.rejects(abortable(Promise.reject(new Error("failure")), signal), /failure/);
});

Deno.test("abortable rejects with the reason when the signal aborts first", async () => {
  const controller = new AbortController();
  const waiting = abortable(NEVER, controller.signal);
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(waiting, (error) => error === reason);
});

Deno.test("abortable rejects at once when the signal has aborted, even if the value is there", async () => {
  const reason = new Error("enough");
  const waiting = abortable(Promise.resolve(1), AbortSignal.abort(reason));
  await assert.rejects(waiting, (error) => error === reason);
});

Deno.test("abortable ignores a failure that comes after the abort", async () => {
  // The test fails with an uncaught error if the rejection counts as unhandled.
  const { promise, reject } = Promise.withResolvers<void>();
  await assert.rejects(abortable(promise, AbortSignal.abort(new Error("enough"))), /enough/);
  reject(new Error("late"));
  await new Promise((resolve) => setTimeout(resolve, 0));
});
