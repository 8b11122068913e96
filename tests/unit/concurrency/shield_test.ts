import assert from "node:assert/strict";
import {
  currentScope,
  FakeClock,
  runTaskGroup,
  shield,
  waitForAbort,
} from "../../../src/concurrency/mod.ts";
import { untilAborted } from "./until_aborted.ts";

Deno.test("shield lets cleanup finish although the group around it is cancelled", async () => {
  const clock = new FakeClock();
  let finished = false;
  const running = runTaskGroup((group) => {
    group.spawn("child", async (signal) => {
      await waitForAbort(signal);
      await shield(async (signal) => {
        await clock.sleep(10, { signal });
        finished = true;
      }, { deadlineMs: 20, clock });
    });
    group.cancel();
  });
  await clock.advance(10);
  await running;
  assert.equal(finished, true);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("shield has a deadline of its own", async () => {
  const clock = new FakeClock();
  const checked = assert.rejects(
    shield(untilAborted, { name: "goodbye", deadlineMs: 20, clock }),
    { code: "deadline_exceeded", scope: "goodbye" },
  );
  await clock.advance(20);
  await checked;
});

Deno.test("shield returns the value and throws the error of the cleanup", async () => {
  assert.equal(await shield(() => Promise.resolve(1), { deadlineMs: 20 }), 1);
  const failing = () => Promise.reject(new Error("failure"));
  await assert.rejects(shield(failing, { deadlineMs: 20 }), /failure/);
});

Deno.test("shield is a scope inside the scope around it", async () => {
  await runTaskGroup(async () => {
    await shield(() => {
      assert.equal(currentScope()?.name, "shield");
      assert.equal(currentScope()?.parent?.name, "around");
    }, { deadlineMs: 20 });
  }, { name: "around" });
});
