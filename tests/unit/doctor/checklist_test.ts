import assert from "node:assert/strict";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import { AppError } from "../../../src/error/mod.ts";
import { Checklist } from "../../../src/doctor/checklist.ts";
import { DOCTOR_STEPS, type StepReport } from "../../../src/doctor/report.ts";

const NOBODY = { multiaddr: undefined, peerId: undefined };

class BrokenError extends AppError {
  override readonly name = "BrokenError";
  readonly code = "broken";
}

function createList(signal?: AbortSignal) {
  const clock = new FakeClock();
  const told: StepReport[] = [];
  const onStep = (report: StepReport): void => void told.push(report);
  return { clock, told, list: new Checklist({ timeoutMs: 100, clock, onStep, signal }) };
}

Deno.test("Checklist tells of each step when it has ended, and gives on what it found", async () => {
  const { clock, told, list } = createList();
  const finding = { status: "ok", message: "Fine" } as const;
  const running = list.run("bind", async (signal) => {
    await clock.sleep(30, { signal });
    return { finding, value: 42 };
  });
  await clock.advance(29);
  assert.deepEqual(told, []);
  await clock.advance(1);
  assert.equal(await running, 42);
  assert.deepEqual(told, [{ ...finding, step: "bind", durationMs: 30 }]);
});

Deno.test("Checklist takes what a step throws for a failure, with its code and hint", async () => {
  const { told, list } = createList();
  const error = new BrokenError("Cannot see as it is dark", { hint: "Make light" });
  assert.equal(await list.run("dial", () => Promise.reject(error)), undefined);
  await list.run("queue", () => Promise.reject(new Error("Oh")));
  assert.partialDeepStrictEqual(told, [
    { status: "failed", code: "broken", message: "Cannot see as it is dark", hint: "Make light" },
    { status: "failed", code: "internal", message: "Oh" },
  ]);
});

Deno.test("Checklist gives up a step that takes too long, whether it heeds its signal or not", async () => {
  const { clock, told, list } = createList();
  const running = list.run("dial", () => new Promise<never>(() => {}));
  await clock.advance(100);
  assert.equal(await running, undefined);
  assert.partialDeepStrictEqual(told, [{ status: "failed", code: "timeout", durationMs: 100 }]);
});

Deno.test("Checklist ends with the signal's reason when that aborts", async () => {
  const stop = new AbortController();
  const { told, list } = createList(stop.signal);
  const running = list.run("dial", () => new Promise<never>(() => {}));
  const reason = new Error("Enough");
  stop.abort(reason);
  await assert.rejects(running, reason);
  assert.deepEqual(told, []);
});

Deno.test("Checklist finish passes over what is left, and says which step it needs", async () => {
  const { list } = createList();
  list.skip(["bind", "announce"], "Not here");
  await list.run("resolve", () => Promise.reject(new Error("Oh")));
  const report = list.finish(NOBODY);
  assert.equal(report.ok, false);
  assert.deepEqual(report.steps.map(({ step }) => step), DOCTOR_STEPS);
  assert.deepEqual(
    report.steps.map(({ status }) => status),
    ["skipped", "skipped", "failed", ...Array(7).fill("skipped")],
  );
  assert.match(report.steps.at(-1)?.message ?? "", /resolve/);
});

Deno.test("Checklist finish is fine with warnings", async () => {
  const { list } = createList();
  const finding = { status: "warning", message: "Hm" } as const;
  await list.run("bind", () => Promise.resolve({ finding }));
  assert.equal(list.finish(NOBODY).ok, true);
});
