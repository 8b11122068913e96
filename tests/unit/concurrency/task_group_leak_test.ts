import assert from "node:assert/strict";
import v8 from "node:v8";
import vm from "node:vm";
import {
  abortable,
  FakeClock,
  Limiter,
  moveOnAfter,
  retry,
  runTaskGroup,
} from "../../../src/concurrency/mod.ts";
import { countListeners } from "./count_listeners.ts";

const GROUPS = 100_000;
/** A listener left behind would keep its group: more than 1 KiB each, 100 MiB in all. */
const MAX_GROWTH_BYTES = 10 * 1024 * 1024;

/** Bytes in use after a full collection of garbage. */
function usedHeapBytes(): number {
  v8.setFlagsFromString("--expose-gc");
  vm.runInNewContext("gc")();
  return Deno.memoryUsage().heapUsed;
}

async function runGroups(count: number, signal: AbortSignal): Promise<void> {
  for (let i = 0; i < count; i++) {
    await runTaskGroup((group) => group.spawn("child", () => {}), { signal });
  }
}

Deno.test("runTaskGroup leaves nothing behind on a signal that outlives 100,000 groups", async () => {
  const { signal } = new AbortController();
  const listeners = countListeners(signal);
  await runGroups(1_000, signal);
  const beforeBytes = usedHeapBytes();
  await runGroups(GROUPS, signal);
  const growthBytes = usedHeapBytes() - beforeBytes;

  assert.equal(listeners.added(), GROUPS + 1_000);
  assert.equal(listeners.current(), 0);
  assert.ok(growthBytes < MAX_GROWTH_BYTES, `heap grew by ${growthBytes} bytes`);
});

Deno.test("TaskGroup forgets children that have ended, while it goes on", async () => {
  await runTaskGroup(async (group) => {
    let ended = 0;
    async function runChildren(count: number): Promise<void> {
      for (let i = 0; i < count; i++) {
        const { promise, resolve } = Promise.withResolvers<void>();
        group.spawn("request", () => {
          ended++;
          resolve();
        });
        await promise;
      }
    }
    await runChildren(1_000);
    const beforeBytes = usedHeapBytes();
    await runChildren(GROUPS);
    const growthBytes = usedHeapBytes() - beforeBytes;
    assert.equal(ended, GROUPS + 1_000);
    assert.ok(growthBytes < MAX_GROWTH_BYTES, `heap grew by ${growthBytes} bytes`);
  });
});

Deno.test("every function that takes a signal removes its listener, however it ends", async () => {
  const clock = new FakeClock();
  const outside = new AbortController();
  const { signal } = outside;
  const listeners = countListeners(signal);
  const failing = () => Promise.reject(new Error("failure"));
  const limiter = new Limiter(1);
  const permit = await limiter.acquire({ signal });
  const waiting = limiter.run(() => {}, { signal });
  permit[Symbol.dispose]();
  await Promise.allSettled([
    waiting,
    clock.advance(100),
    clock.sleep(10, { signal }),
    abortable(Promise.resolve(), signal),
    abortable(failing(), signal),
    moveOnAfter(10, (signal) => clock.sleep(20, { signal }), { clock, signal }),
    moveOnAfter(10, failing, { clock, signal }),
    retry(failing, { clock, signal, maxAttempts: 3, baseDelayMs: 10 }),
    runTaskGroup(failing, { clock, signal }),
    runTaskGroup((group) => group.cancel(), { clock, signal }),
  ]);
  assert.ok(listeners.added() >= 9);
  assert.equal(listeners.current(), 0);

  const interrupted = Promise.allSettled([
    clock.sleep(10, { signal }),
    abortable(new Promise<void>(() => {}), signal),
    runTaskGroup((_group, signal) => clock.sleep(10, { signal }), { clock, signal }),
  ]);
  assert.equal(listeners.current(), 3);
  outside.abort();
  await interrupted;
  assert.equal(listeners.current(), 0);
  assert.equal(clock.pendingTimers, 0);
});
