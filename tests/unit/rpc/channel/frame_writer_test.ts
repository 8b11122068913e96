import assert from "node:assert/strict";
import fc from "fast-check";
import { FrameDecoder } from "../../../../src/codec/mod.ts";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import type { Stream } from "../../../../src/network/mod.ts";
import { FrameWriter } from "../../../../src/rpc/channel/frame_writer.ts";

/** A stream that keeps what is written, and takes it when the test says so. */
class HeldStream {
  readonly writes: Uint8Array[] = [];
  readonly #turns: PromiseWithResolvers<void>[] = [];
  #isHeld: boolean;

  constructor({ isHeld }: { readonly isHeld: boolean }) {
    this.#isHeld = isHeld;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.writes.push(bytes);
    const turn = Promise.withResolvers<void>();
    if (this.#isHeld) this.#turns.push(turn);
    else turn.resolve();
    return turn.promise;
  }

  release(): void {
    this.#isHeld = false;
    for (const turn of this.#turns.splice(0)) turn.resolve();
  }

  abort(reason: Error): void {
    for (const turn of this.#turns.splice(0)) turn.reject(reason);
  }

  get bodies(): readonly string[] {
    const decoder = new FrameDecoder({ maxFrameBytes: 10_000_000 });
    const bodies = this.writes.flatMap((bytes) => [...decoder.decode(bytes)]);
    decoder.end();
    return bodies.map((body) => new TextDecoder().decode(body));
  }
}

function createWriter(stream: HeldStream, clock = new FakeClock()): FrameWriter {
  return new FrameWriter(stream as unknown as Stream, { writeTimeoutMs: 1_000, clock });
}

/** After everything of this turn of the event loop. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

Deno.test("FrameWriter writes all frames of one turn of the event loop at once", async () => {
  const stream = new HeldStream({ isHeld: false });
  const writer = createWriter(stream);
  writer.put("one");
  await Promise.resolve();
  writer.put("two");
  queueMicrotask(() => writer.put("three"));
  assert.equal(await writer.flushed(), true);
  assert.deepEqual(stream.bodies, ["one", "two", "three"]);
  assert.equal(stream.writes.length, 1);
});

Deno.test("FrameWriter writes whatever texts there are, in order", async () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constantFrom("", "ü".repeat(300), "x".repeat(70_000), "漢".repeat(70_000)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 12 }), async (texts) => {
      const stream = new HeldStream({ isHeld: false });
      const writer = createWriter(stream);
      for (const body of texts) writer.put(body);
      await writer.flushed();
      assert.deepEqual(stream.bodies, texts.map((body) => body.toWellFormed()));
    }),
    { numRuns: 100 },
  );
});

Deno.test("FrameWriter says when to pause and when to go on", async () => {
  const stream = new HeldStream({ isHeld: true });
  const writer = createWriter(stream);
  await writer.whenDrained();
  for (let count = 0; count < 9; count++) writer.put("x".repeat(60_000));
  assert.equal(writer.isCongested, true);
  let isDrained = false;
  const drained = writer.whenDrained().then(() => isDrained = true);
  await nextTurn();
  assert.equal(isDrained, false);
  stream.release();
  await drained;
  assert.equal(writer.isCongested, false);
  await writer.flushed();
});

Deno.test("FrameWriter puts a frame in the place of one that still waits", async () => {
  const stream = new HeldStream({ isHeld: true });
  const writer = createWriter(stream);
  const first = writer.put("first");
  await nextTurn();
  assert.equal(first.state, "writing");
  assert.equal(writer.replace(first, "late"), false);
  const second = writer.put("second");
  writer.put("third");
  assert.equal(second.state, "waiting");
  assert.equal(writer.replace(second, "newer"), true);
  stream.release();
  assert.equal(await second.whenSettled(), true);
  await writer.flushed();
  assert.deepEqual(stream.bodies, ["first", "newer", "third"]);
});

Deno.test("FrameWriter tells which frames have left when the stream breaks", async () => {
  const stream = new HeldStream({ isHeld: false });
  const writer = createWriter(stream);
  const left = writer.put("left");
  await writer.flushed();
  const held = new HeldStream({ isHeld: true });
  const other = createWriter(held);
  const leaving = other.put("leaving");
  await nextTurn();
  const waiting = other.put("waiting");
  held.abort(new Error("lost"));
  assert.equal(await other.flushed(), false);
  assert.deepEqual([left.state, await left.whenSettled()], ["written", true]);
  assert.deepEqual([leaving.state, await leaving.whenSettled()], ["writing", false]);
  assert.deepEqual([waiting.state, await waiting.whenSettled()], ["waiting", false]);
  assert.throws(() => other.put("more"), /lost/);
  assert.equal(other.isCongested, false);
});

Deno.test("FrameWriter breaks a stream that takes nothing for too long", async () => {
  const stream = new HeldStream({ isHeld: true });
  const clock = new FakeClock();
  const writer = createWriter(stream, clock);
  const frame = writer.put("x");
  await nextTurn();
  await clock.advance(999);
  assert.equal(frame.state, "writing");
  await clock.advance(1);
  assert.equal(await frame.whenSettled(), false);
  assert.throws(() => writer.put("more"), { code: "stream_timeout" });
});
