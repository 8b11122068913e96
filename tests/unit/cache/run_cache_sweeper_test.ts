import assert from "node:assert/strict";
import { type LocalCache, runCacheSweeper } from "../../../src/cache/mod.ts";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import { StoreBusyError } from "../../../src/store/mod.ts";
import { FakeLogger } from "../network/fake_logger.ts";
import { makeCache } from "./make_cache.ts";

Deno.test("runCacheSweeper sweeps at the start and then from time to time", async () => {
  const { cache, clock } = makeCache();
  await cache.set("a", 1, { ttlMs: 10 });
  await cache.set("b", 1, { ttlMs: 1_500 });
  await clock.advance(10);
  const controller = new AbortController();
  const sweeping = runCacheSweeper(cache, { clock, intervalMs: 1_000, signal: controller.signal });
  await clock.advance(0);
  assert.equal((await cache.totals()).values, 1);
  await clock.advance(1_000);
  assert.equal((await cache.totals()).values, 1);
  await clock.advance(1_000);
  assert.equal((await cache.totals()).values, 0);
  controller.abort(new Error("enough"));
  await sweeping;
  assert.equal(clock.pendingTimers, 0);
});

function failing(errors: readonly Error[]): { cache: LocalCache; count: () => number } {
  let sweeps = 0;
  const sweep = () => {
    const error = errors[sweeps++];
    return error === undefined
      ? Promise.resolve({ expired: 0, purged: 0, evicted: 0 })
      : Promise.reject(error);
  };
  return { cache: Object.assign(makeCache().cache, { sweep }), count: () => sweeps };
}

Deno.test("runCacheSweeper tries again later when the store fails", async () => {
  const clock = new FakeClock();
  const logger = new FakeLogger();
  const { cache, count } = failing([new StoreBusyError("/cache"), new StoreBusyError("/cache")]);
  const controller = new AbortController();
  const sweeping = runCacheSweeper(cache, { clock, logger, signal: controller.signal });
  await clock.advance(200_000);
  assert.ok(count() >= 3, String(count()));
  assert.deepEqual(logger.lines.map(([, message]) => message), Array(2).fill("Cache sweep failed"));
  controller.abort();
  await sweeping;
});

Deno.test("runCacheSweeper does not hide a mistake in the program", async () => {
  const { cache } = failing([new TypeError("mistake")]);
  const { signal } = new AbortController();
  await assert.rejects(runCacheSweeper(cache, { clock: new FakeClock(), signal }), /mistake/);
});
