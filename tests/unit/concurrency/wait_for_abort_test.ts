import assert from "node:assert/strict";
import { waitForAbort } from "../../../src/concurrency/mod.ts";
import { countListeners } from "./count_listeners.ts";

Deno.test("waitForAbort resolves when the signal aborts, and not before", async () => {
  const controller = new AbortController();
  let resolved = false;
  const waiting = waitForAbort(controller.signal).then(() => {
    resolved = true;
  });
  await Promise.resolve();
  assert.equal(resolved, false);
  controller.abort(new Error("enough"));
  await waiting;
  assert.equal(resolved, true);
});

Deno.test("waitForAbort resolves at once, without a listener, when the signal has aborted", async () => {
  const signal = AbortSignal.abort();
  const listeners = countListeners(signal);
  await waitForAbort(signal);
  assert.equal(listeners.added(), 0);
});
