import assert from "node:assert/strict";
import type { JsonRpcNotification } from "../../../../../src/mcp/protocol/message.ts";
import { NewsSender } from "../../../../../src/mcp/server/engine/news_sender.ts";

function news(number: number): JsonRpcNotification {
  return { jsonrpc: "2.0", method: "notifications/progress", params: { progress: number } };
}

function numberOf({ params }: JsonRpcNotification): number {
  return Number(params?.["progress"]);
}

Deno.test("NewsSender sends in order, and its close waits for the last", async () => {
  const sent: number[] = [];
  const sender = new NewsSender(async (message) => {
    await Promise.resolve();
    sent.push(numberOf(message));
  });
  for (let number = 1; number <= 5; number++) sender.push(news(number));
  await sender.close();
  assert.deepEqual(sent, [1, 2, 3, 4, 5]);
});

Deno.test("NewsSender keeps a bounded number of messages, and always the newest", async () => {
  const gate = Promise.withResolvers<void>();
  const sent: number[] = [];
  const sender = new NewsSender(async (message) => {
    await gate.promise;
    sent.push(numberOf(message));
  });
  for (let number = 1; number <= 10_000; number++) sender.push(news(number));
  gate.resolve();
  await sender.close();
  assert.ok(sent.length <= 40, `${sent.length} messages`);
  assert.equal(sent.at(-1), 10_000);
  assert.deepEqual(sent, sent.toSorted((a, b) => a - b));
});

Deno.test("NewsSender gives up when nobody listens, without an error", async () => {
  let tries = 0;
  const sender = new NewsSender(() => {
    tries++;
    return Promise.reject(new Error("closed"));
  });
  sender.push(news(1));
  sender.push(news(2));
  await sender.close();
  assert.equal(tries, 1);
});

Deno.test("NewsSender sends nothing after it is closed", async () => {
  const sent: number[] = [];
  const sender = new NewsSender((message) => {
    sent.push(numberOf(message));
    return Promise.resolve();
  });
  assert.equal(sender.close(), undefined);
  sender.push(news(1));
  await sender.close();
  assert.deepEqual(sent, []);
});
