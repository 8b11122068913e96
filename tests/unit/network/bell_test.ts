import assert from "node:assert/strict";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import { Bell } from "../../../src/network/bell.ts";

const { signal } = new AbortController();

Deno.test("Bell ends a wait when it rings, and only that one", async () => {
  const clock = new FakeClock();
  const bell = new Bell(clock);
  const first = bell.wait(1_000, signal);
  bell.ring();
  await first;
  let isOver = false;
  const second = bell.wait(1_000, signal).then(() => isOver = true);
  await clock.advance(999);
  assert.equal(isOver, false);
  await clock.advance(1);
  await second;
});

Deno.test("Bell is heard by the next wait if nobody waits", async () => {
  const bell = new Bell(new FakeClock());
  bell.ring();
  bell.ring();
  await bell.wait(1_000, signal);
});

Deno.test("Bell ends a wait when the signal aborts", async () => {
  const controller = new AbortController();
  const waiting = new Bell(new FakeClock()).wait(1_000, controller.signal);
  controller.abort();
  await waiting;
});
