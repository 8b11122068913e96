import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { HealthRegistry } from "../../../src/telemetry/mod.ts";

Deno.test("HealthRegistry is live and ready when there are no checks", async () => {
  const health = new HealthRegistry();
  const ok = { status: "ok", checks: {} };
  assert.deepEqual([await health.liveness(), await health.readiness()], [ok, ok]);
});

Deno.test("HealthRegistry is ready only when every check is, and says why it is not", async () => {
  const health = new HealthRegistry();
  health.register("store", () => ({ ok: true }));
  health.register("network", () => Promise.resolve({ ok: false, reason: "not listening" }));
  health.register("worker", () => {
    throw new Error("it crashed");
  });
  assert.deepEqual(await health.readiness(), {
    status: "unavailable",
    checks: {
      store: { ok: true },
      network: { ok: false, reason: "not listening" },
      worker: { ok: false, reason: "it crashed" },
    },
  });
});

Deno.test("HealthRegistry asks only vital checks whether the node lives", async () => {
  const health = new HealthRegistry();
  health.register("network", () => ({ ok: false }));
  assert.equal((await health.liveness()).status, "ok");
  health.register("store", () => ({ ok: false, reason: "disk gone" }), { isVital: true });
  assert.deepEqual(await health.liveness(), {
    status: "unavailable",
    checks: { store: { ok: false, reason: "disk gone" } },
  });
});

Deno.test("HealthRegistry is ready when only an advisory check fails, and shows it", async () => {
  const health = new HealthRegistry();
  health.register("network", () => ({ ok: true }));
  health.register("discovery", () => ({ ok: false, reason: "no answer" }), { isAdvisory: true });
  assert.deepEqual(await health.readiness(), {
    status: "ok",
    checks: { network: { ok: true }, discovery: { ok: false, reason: "no answer" } },
  });
  assert.deepEqual(await health.liveness(), { status: "ok", checks: {} });
});

Deno.test("HealthRegistry.setDraining ends readiness but not liveness", async () => {
  const health = new HealthRegistry();
  health.register("store", () => ({ ok: true }));
  health.setDraining("stopping");
  assert.deepEqual(await health.readiness(), {
    status: "unavailable",
    checks: { store: { ok: true }, draining: { ok: false, reason: "stopping" } },
  });
  assert.equal((await health.liveness()).status, "ok");
});

Deno.test("HealthRegistry.register gives a disposable that removes the check", async () => {
  const health = new HealthRegistry();
  {
    using _check = health.register("store", () => ({ ok: false }));
    assert.equal((await health.readiness()).status, "unavailable");
  }
  assert.equal((await health.readiness()).status, "ok");
});

Deno.test("HealthRegistry.register refuses a name that is taken, until it is free again", () => {
  const health = new HealthRegistry();
  const check = health.register("store", () => ({ ok: true }));
  assert.throws(() => health.register("store", () => ({ ok: true })), TypeError);
  assert.throws(() => health.register("draining", () => ({ ok: true })), TypeError);
  check[Symbol.dispose]();
  health.register("store", () => ({ ok: true }));
  check[Symbol.dispose]();
  assert.throws(() => health.register("store", () => ({ ok: true })), TypeError);
});

Deno.test("HealthRegistry counts a check that has not answered when the signal is aborted", async () => {
  const health = new HealthRegistry();
  const controller = new AbortController();
  const seen: (AbortSignal | undefined)[] = [];
  health.register("store", () => ({ ok: true }));
  health.register("network", (signal) => {
    seen.push(signal);
    return Promise.withResolvers<{ ok: boolean }>().promise;
  });
  const report = health.readiness({ signal: controller.signal });
  await new Promise((resolve) => setTimeout(resolve));
  controller.abort();
  assert.deepEqual((await report).checks, {
    store: { ok: true },
    network: { ok: false, reason: "no answer in time" },
  });
  assert.deepEqual(seen, [controller.signal]);
});

Deno.test("HealthRegistry leaves no listener on the signal", async () => {
  const health = new HealthRegistry();
  health.register("store", () => ({ ok: true }));
  const { signal } = new AbortController();
  await health.readiness({ signal });
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

Deno.test("HealthRegistry asks its checks at the same time", async () => {
  const health = new HealthRegistry();
  const second = Promise.withResolvers<{ ok: boolean }>();
  health.register("first", () => second.promise);
  health.register("second", () => {
    second.resolve({ ok: true });
    return { ok: true };
  });
  assert.equal((await health.readiness()).status, "ok");
});
