import assert from "node:assert/strict";
import { ProgressSender } from "../../../../src/mcp/server/progress_sender.ts";

Deno.test("ProgressSender sends in order and flush waits for the last", async () => {
  const sent: number[] = [];
  const sender = new ProgressSender(async ({ progress }) => {
    await Promise.resolve();
    sent.push(progress);
  });
  for (let progress = 1; progress <= 5; progress++) sender.report({ progress });
  await sender.flush();
  assert.deepEqual(sent, [1, 2, 3, 4, 5]);
});

Deno.test("ProgressSender keeps a bounded number of reports, and always the newest", async () => {
  const gate = Promise.withResolvers<void>();
  const sent: number[] = [];
  const sender = new ProgressSender(async ({ progress }) => {
    await gate.promise;
    sent.push(progress);
  });
  for (let progress = 1; progress <= 10_000; progress++) sender.report({ progress });
  gate.resolve();
  await sender.flush();
  assert.ok(sent.length <= 40, `${sent.length} reports`);
  assert.equal(sent.at(-1), 10_000);
  assert.deepEqual(sent, sent.toSorted((a, b) => a - b));
});

Deno.test("ProgressSender gives up when nobody listens, without an error", async () => {
  let tries = 0;
  const sender = new ProgressSender(() => {
    tries++;
    return Promise.reject(new Error("closed"));
  });
  sender.report({ progress: 1 });
  sender.report({ progress: 2 });
  await sender.flush();
  assert.equal(tries, 1);
});
