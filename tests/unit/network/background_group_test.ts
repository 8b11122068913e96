import assert from "node:assert/strict";
import { waitForAbort } from "../../../src/concurrency/mod.ts";
import { openBackgroundGroup } from "../../../src/network/background_group.ts";
import { FakeLogger } from "./fake_logger.ts";

Deno.test("openBackgroundGroup ends its work when it is disposed, and waits for that", async () => {
  const background = await openBackgroundGroup("test", undefined);
  let hasEnded = false;
  background.group.spawn("work", async (signal) => {
    await waitForAbort(signal);
    await Promise.resolve();
    hasEnded = true;
    throw signal.reason;
  });
  await background[Symbol.asyncDispose]();
  assert.ok(hasEnded);
  await background[Symbol.asyncDispose]();
});

Deno.test("openBackgroundGroup tells of a failure at once, and again at the end", async () => {
  const logger = new FakeLogger();
  const background = await openBackgroundGroup("test", logger);
  background.group.spawn("work", () => Promise.reject(new Error("a defect")));
  await waitForAbort(background.group.signal);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual(logger.lines.map(([level]) => level), ["error"]);
  await assert.rejects(async () => await background[Symbol.asyncDispose](), AggregateError);
});
