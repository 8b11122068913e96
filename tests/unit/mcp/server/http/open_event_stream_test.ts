import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import type { EventStream } from "../../../../../src/mcp/server/http/event_stream.ts";
import { openEventStream } from "../../../../../src/mcp/server/http/open_event_stream.ts";

const decoder = new TextDecoder();

function readerOf(stream: EventStream): () => Promise<string | undefined> {
  const reader = stream.response.body?.getReader();
  return async () => {
    const next = await reader?.read();
    return next?.value === undefined ? undefined : decoder.decode(next.value);
  };
}

Deno.test("openEventStream answers with headers that keep proxies from buffering", async () => {
  const stream = openEventStream({ headers: { "mcp-session-id": "abc" } });
  const { status, headers } = stream.response;
  assert.equal(status, 200);
  assert.equal(headers.get("content-type"), "text/event-stream");
  assert.equal(headers.get("cache-control"), "no-cache, no-transform");
  assert.equal(headers.get("x-accel-buffering"), "no");
  assert.equal(headers.get("mcp-session-id"), "abc");
  stream.close();
  assert.equal(await stream.response.text(), "");
});

Deno.test("openEventStream writes events as their specification has them", async () => {
  const stream = openEventStream();
  await stream.send({ id: "7", event: "news", data: '{"a":1}', retryMs: 500 });
  await stream.send({ id: "8", data: "" });
  stream.close();
  assert.equal(
    await stream.response.text(),
    'id: 7\nevent: news\nretry: 500\ndata: {"a":1}\n\nid: 8\ndata: \n\n',
  );
});

Deno.test("openEventStream sends a comment whenever it was silent for a while", async () => {
  const clock = new FakeClock();
  const stream = openEventStream({ clock, keepAliveMs: 100 });
  const read = readerOf(stream);
  await clock.advance(60);
  await stream.send({ data: "a" });
  assert.equal(await read(), "data: a\n\n");
  let comment: string | undefined;
  const reading = read().then((text) => {
    comment = text;
  });
  await clock.advance(99);
  assert.equal(comment, undefined);
  await clock.advance(1);
  await reading;
  assert.equal(comment, ": keep-alive\n\n");
  const another = read();
  await clock.advance(100);
  assert.equal(await another, ": keep-alive\n\n");
  stream.close();
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("openEventStream tells of a hang-up once, and takes events no more", async () => {
  const clock = new FakeClock();
  let hangUps = 0;
  const stream = openEventStream({ clock, onHangUp: () => hangUps++ });
  assert.equal(stream.isEnded, false);
  await stream.response.body?.cancel();
  await stream.ended;
  await stream.send({ data: "late" });
  stream.close();
  assert.equal(stream.isEnded, true);
  assert.equal(hangUps, 1);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("openEventStream does not take its own end for a hang-up", async () => {
  let hangUps = 0;
  const stream = openEventStream({ onHangUp: () => hangUps++ });
  await stream.send({ data: "last" });
  stream.close();
  await stream.ended;
  assert.equal(await stream.response.text(), "data: last\n\n");
  assert.equal(hangUps, 0);
});

Deno.test("openEventStream has senders wait for a reader that is behind", async () => {
  const stream = openEventStream();
  const read = readerOf(stream);
  await stream.send({ data: "small" });
  let isSent = false;
  const sending = stream.send({ data: "x".repeat(70_000) }).then(() => {
    isSent = true;
  });
  await Promise.resolve();
  assert.equal(isSent, false);
  await read();
  await Promise.resolve();
  assert.equal(isSent, false);
  await read();
  await sending;
  stream.close();
  assert.equal(await read(), undefined);
});

Deno.test("openEventStream lets waiting senders go when it ends", async () => {
  for (const end of [(stream: EventStream) => stream.close(), hangUp]) {
    const stream = openEventStream();
    const sending = stream.send({ data: "x".repeat(70_000) });
    await end(stream);
    await sending;
    if (!stream.response.bodyUsed) await stream.response.body?.cancel();
  }
});

async function hangUp(stream: EventStream): Promise<void> {
  await stream.response.body?.cancel();
}

Deno.test("openEventStream hangs up on a reader that leaves too much unread", async () => {
  let hangUps = 0;
  const stream = openEventStream({ maxBufferedBytes: 1_000_000, onHangUp: () => hangUps++ });
  // One event may be as large as it likes: without a reader at fault, nobody is hung up on.
  const sent = [stream.send({ data: "x".repeat(2_000_000) })];
  assert.equal(stream.isEnded, false);
  sent.push(stream.send({ data: "one too many" }));
  await Promise.all(sent);
  assert.equal(stream.isEnded, true);
  assert.equal(hangUps, 1);
  await assert.rejects(stream.response.text(), /reader is too slow/);
});

Deno.test("openEventStream sends no comments to a reader that is behind", async () => {
  const clock = new FakeClock();
  const stream = openEventStream({ clock, keepAliveMs: 10, maxBufferedBytes: 80_000 });
  const sending = stream.send({ data: "x".repeat(70_000) });
  await clock.advance(100_000);
  assert.equal(stream.isEnded, false);
  const read = readerOf(stream);
  await read();
  await sending;
  const comment = read();
  await clock.advance(10);
  assert.equal(await comment, ": keep-alive\n\n");
  stream.close();
});
