import assert from "node:assert/strict";
import fc from "fast-check";
import { DelayQueue, FakeClock } from "../../../../../src/concurrency/mod.ts";
import { type JsonBody, readJsonBody } from "../../../../../src/mcp/server/http/read_json_body.ts";

const MAX_BODY_BYTES = 200_000;

interface Reading {
  readonly clock?: FakeClock;
  /** What the header says. */
  readonly announced?: number;
}

function read(body: BodyInit | null, { clock = new FakeClock(), announced }: Reading = {}) {
  const headers = new Headers();
  if (announced !== undefined) headers.set("content-length", String(announced));
  const request = new Request("http://localhost/", { method: "POST", headers, body });
  const timeLimit = new DelayQueue(1_000, clock);
  return readJsonBody(request, { maxBodyBytes: MAX_BODY_BYTES, timeLimit });
}

function statusOf(body: JsonBody): number {
  return body.ok ? 200 : body.status;
}

/** A body that comes in the given pieces, and then no further unless told to end. */
function piecesOf(pieces: readonly Uint8Array[], end = true): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      if (end) controller.close();
    },
  });
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

Deno.test("readJsonBody reads JSON, announced or in pieces", async () => {
  const text = JSON.stringify({ text: "Grüße", list: [1, null, true] });
  const bytes = bytesOf(text);
  const value = JSON.parse(text);
  assert.deepEqual(await read(text), { ok: true, value });
  assert.deepEqual(await read(text, { announced: bytes.length }), { ok: true, value });
  // Cut in the middle of a character.
  const pieces = [bytes.subarray(0, 12), bytes.subarray(12, 13), bytes.subarray(13)];
  assert.deepEqual(await read(piecesOf(pieces)), { ok: true, value });
  const long = JSON.stringify("x".repeat(100_000));
  assert.equal(statusOf(await read(long, { announced: long.length })), 200);
});

Deno.test("readJsonBody refuses what is no JSON, without quoting it", async () => {
  const deep = "[".repeat(900) + "]".repeat(900);
  for (const body of ["", "{", "secret", "﻿{}", deep, new Uint8Array([0x22, 0xff, 0x22]), null]) {
    const refused = await read(body as BodyInit | null);
    assert.deepEqual(refused, {
      ok: false,
      status: 400,
      message: "Cannot read request as its body is not JSON",
    });
  }
});

Deno.test("readJsonBody refuses bodies that are too large, whatever they announce", async () => {
  const large = JSON.stringify("x".repeat(MAX_BODY_BYTES));
  for (const announced of [undefined, large.length, 10]) {
    const reading: Reading = announced === undefined ? {} : { announced };
    assert.equal(statusOf(await read(large, reading)), 413);
  }
  assert.equal(statusOf(await read("1", { announced: MAX_BODY_BYTES + 1 })), 413);
  let isCancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(50_000)),
    cancel: () => {
      isCancelled = true;
    },
  });
  assert.equal(statusOf(await read(endless)), 413);
  assert.equal(isCancelled, true);
});

Deno.test("readJsonBody gives up on bodies that take too long, and leaves no timer behind", async () => {
  for (const announced of [undefined, 10, 100_000]) {
    const clock = new FakeClock();
    const stalled = piecesOf([bytesOf("{")], false);
    const reading = read(stalled, { clock, ...(announced !== undefined && { announced }) });
    await clock.advance(999);
    assert.equal(clock.pendingTimers, 1);
    await clock.advance(1);
    assert.equal(statusOf(await reading), 408);
    assert.equal(clock.pendingTimers, 0);
  }
});

Deno.test("readJsonBody survives a client that hangs up", async () => {
  const broken = new ReadableStream({ pull: () => Promise.reject(new Error("connection reset")) });
  assert.equal(statusOf(await read(broken)), 400);
});

Deno.test("readJsonBody takes any bytes in any pieces, and gives JSON or a refusal", async () => {
  const text = fc.json().map(bytesOf);
  const body = fc.oneof(fc.uint8Array({ maxLength: 200 }), text);
  await fc.assert(
    fc.asyncProperty(body, fc.array(fc.nat(200), { maxLength: 5 }), async (bytes, cuts) => {
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length];
      const ends = places.toSorted((a, b) => a - b);
      const pieces = ends.slice(1).map((end, index) => bytes.slice(ends[index], end));
      const whole = await read(bytes.slice(), { announced: bytes.length });
      assert.deepEqual(await read(piecesOf(pieces)), whole);
      let expected: unknown;
      try {
        expected = JSON.parse(
          new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
        );
      } catch {
        return;
      }
      assert.deepEqual(whole, { ok: true, value: expected });
    }),
    { numRuns: 200 },
  );
});
