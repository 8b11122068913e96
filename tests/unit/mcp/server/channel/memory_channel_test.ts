import assert from "node:assert/strict";
import { createMemoryChannelPair } from "../../../../../src/mcp/server/channel/memory_channel.ts";

const { signal } = new AbortController();

Deno.test("createMemoryChannelPair carries messages both ways, in order", async () => {
  const [near, far] = createMemoryChannelPair();
  const sending = [near.send({ n: 1 }), near.send({ n: 2 }), far.send({ n: 3 })];
  assert.deepEqual(await far.receive(signal), { n: 1 });
  assert.deepEqual(await far.receive(signal), { n: 2 });
  assert.deepEqual(await near.receive(signal), { n: 3 });
  await Promise.all(sending);
});

Deno.test("createMemoryChannelPair lets a sender wait until its message is received", async () => {
  const [near, far] = createMemoryChannelPair();
  let isSent = false;
  const sending = near.send({}).then(() => isSent = true);
  await Promise.resolve();
  assert.equal(isSent, false);
  await far.receive(signal);
  await sending;
});

Deno.test("createMemoryChannelPair tells the other end of a close, after what was sent", async () => {
  const [near, far] = createMemoryChannelPair();
  const sending = near.send({ last: true });
  near.close();
  assert.deepEqual(await far.receive(signal), { last: true });
  assert.equal(await far.receive(signal), null);
  await sending;
  await assert.rejects(near.send({}), TypeError);
});

Deno.test("createMemoryChannelPair drops what is sent to an end that is closed", async () => {
  const [near, far] = createMemoryChannelPair();
  const sending = far.send({});
  near.close();
  await sending;
  await far.send({});
  assert.equal(await near.receive(signal), null);
});

Deno.test("createMemoryChannelPair gives up a wait and loses no message by that", async () => {
  const [near, far] = createMemoryChannelPair();
  const controller = new AbortController();
  const receiving = far.receive(controller.signal);
  controller.abort(new Error("enough"));
  await assert.rejects(receiving, /enough/);
  const sending = near.send({ n: 1 });
  assert.deepEqual(await far.receive(signal), { n: 1 });
  await sending;
});
