import assert from "node:assert/strict";
import { createService } from "../../../src/app/service.ts";
import { waitForAbort } from "../../../src/concurrency/mod.ts";

Deno.test("createService is ready when its body says so, and ends when it is stopped", async () => {
  const service = createService<string>(async ({ stopping, onReady }) => {
    onReady("up");
    await waitForAbort(stopping);
  }, {});
  const running = service.run();
  assert.equal(await service.ready, "up");
  service.stop();
  await running;
});

Deno.test("createService stops with its user's signal, and leaves no listener on it", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const service = createService<void>(async ({ stopping, onReady }) => {
    onReady();
    await waitForAbort(stopping);
    assert.equal(stopping.reason, reason);
  }, { signal: controller.signal });
  const running = service.run();
  await service.ready;
  controller.abort(reason);
  await running;
});

Deno.test("createService rejects run and ready with the error of a body that cannot start", async () => {
  const error = new Error("port in use");
  const service = createService<void>(() => Promise.reject(error), {});
  await assert.rejects(service.run(), (thrown) => thrown === error);
  await assert.rejects(service.ready, (thrown) => thrown === error);
});

Deno.test("createService that is stopped before it was ready rejects ready only", async () => {
  const service = createService<void>(({ stopping }) => waitForAbort(stopping), {});
  const running = service.run();
  service.stop();
  await running;
  await assert.rejects(service.ready);
});

Deno.test("createService runs once", async () => {
  const service = createService<void>(() => Promise.resolve(), {});
  await service.run();
  await assert.rejects(service.run(), TypeError);
});
