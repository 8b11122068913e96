import assert from "node:assert/strict";
import { FakeClock, Limiter, waitForAbort } from "../../../../src/concurrency/mod.ts";
import { keepConnected } from "../../../../src/network/discovery/keep_connected.ts";
import { FakeLogger } from "../fake_logger.ts";

const TARGET = { multiaddr: "/ip4/192.0.2.1/tcp/9710" };

interface Run {
  readonly clock: FakeClock;
  readonly logger: FakeLogger;
  /** When connecting was tried. */
  readonly triesMs: number[];
  readonly stop: () => Promise<void>;
}

interface Peer {
  readonly connect: (attempt: number, signal: AbortSignal) => Promise<void>;
  readonly waitUntilLost?: (signal: AbortSignal) => Promise<void>;
  readonly dials?: Limiter;
  readonly isExpected?: boolean;
  readonly whenWoken?: () => Promise<void>;
}

function run(peer: Peer): Run {
  const { connect, waitUntilLost = waitForAbort, dials, isExpected, whenWoken } = peer;
  const clock = new FakeClock();
  const logger = new FakeLogger();
  const triesMs: number[] = [];
  const controller = new AbortController();
  const running = keepConnected(TARGET, {
    connect: async (target, signal) => {
      assert.equal(target, TARGET);
      triesMs.push(clock.monotonicMs());
      await connect(triesMs.length, signal);
      return "peer";
    },
    waitUntilLost: (peerId, signal) => {
      assert.equal(peerId, "peer");
      return waitUntilLost(signal);
    },
    dials: dials ?? new Limiter(1),
    isExpected,
    whenWoken,
    clock,
    logger,
    random: () => 0,
    signal: controller.signal,
  });
  const stop = async (): Promise<void> => {
    controller.abort();
    await running;
  };
  return { clock, logger, triesMs, stop };
}

const refuse = (): Promise<void> => Promise.reject(new Error("refused"));

Deno.test("keepConnected tries for ever, ever more slowly", async () => {
  const { clock, logger, triesMs, stop } = run({ connect: refuse });
  await clock.advance(1_500_000);
  const expected = [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811, 1111, 1411];
  assert.deepEqual(triesMs, expected.map((seconds) => seconds * 1_000));
  assert.deepEqual(logger.lines.map(([level]) => level), ["warn", ...Array(12).fill("debug")]);
  await stop();
  await clock.advance(900_000);
  assert.equal(triesMs.length, 13);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("keepConnected does not complain about a peer that may be gone for ever", async () => {
  const { clock, logger, stop } = run({ connect: refuse, isExpected: false });
  await clock.advance(10_000);
  assert.ok(logger.lines.every(([level]) => level === "debug"));
  await stop();
});

Deno.test("keepConnected dials again soon after a connection was lost", async () => {
  const lost = Promise.withResolvers<void>();
  const { clock, triesMs, stop } = run({
    connect: (attempt) => attempt === 2 ? refuse() : Promise.resolve(),
    waitUntilLost: () => lost.promise,
  });
  await clock.advance(3_600_000);
  assert.equal(triesMs.length, 1);
  lost.resolve();
  await clock.advance(2_000);
  assert.deepEqual(triesMs.slice(0, 3), [0, 3_601_000, 3_602_000]);
  await stop();
});

Deno.test("keepConnected misses a peer that was there for a part of its absence at most", async () => {
  const lost = Promise.withResolvers<void>();
  const { clock, triesMs, stop } = run({
    connect: (attempt) => attempt === 1 ? Promise.resolve() : refuse(),
    waitUntilLost: () => lost.promise,
  });
  lost.resolve();
  await clock.advance(60_000);
  const seconds = triesMs.map((ms) => ms / 1_000);
  assert.deepEqual(seconds.slice(0, 9), [0, 1, 2, 4, 8, 13, 18, 23, 28.75]);
  await clock.advance(3_540_000);
  for (const [index, at] of triesMs.entries()) {
    const pauseMs = (triesMs[index + 1] ?? at) - at;
    assert.ok(pauseMs <= Math.min(300_000, Math.max(5_000, at / 4 + 1)), `${pauseMs} ms at ${at}`);
  }
  await stop();
});

Deno.test("keepConnected dials at once when it is woken in a pause, and then goes on as before", async () => {
  let woken = Promise.withResolvers<void>();
  const { clock, triesMs, stop } = run({
    connect: refuse,
    whenWoken: () => (woken = Promise.withResolvers()).promise,
  });
  await clock.advance(20_000);
  assert.equal(triesMs.length, 5);
  woken.resolve();
  await clock.advance(0);
  assert.equal(triesMs.at(-1), 20_000);
  await clock.advance(31_999);
  assert.equal(triesMs.length, 6);
  await clock.advance(1);
  assert.equal(triesMs.at(-1), 52_000);
  await stop();
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("keepConnected waits for its turn to dial, and holds no place when connected", async () => {
  const dials = new Limiter(1);
  const place = await dials.acquire();
  const { clock, triesMs, stop } = run({ connect: () => Promise.resolve(), dials });
  await clock.advance(1_000);
  assert.deepEqual(triesMs, []);
  place[Symbol.dispose]();
  await clock.advance(0);
  assert.deepEqual(triesMs, [1_000]);
  assert.equal(dials.statistics().inUse, 0);
  await stop();
});

Deno.test("keepConnected ends quietly while it dials and while it is connected", async () => {
  const until = async (signal: AbortSignal): Promise<void> => {
    await waitForAbort(signal);
    throw signal.reason;
  };
  const dialling = run({ connect: (_attempt, signal) => until(signal) });
  const connected = run({ connect: () => Promise.resolve(), waitUntilLost: until });
  for (const { clock, stop, logger } of [dialling, connected]) {
    await clock.advance(0);
    await stop();
    assert.deepEqual(logger.lines, []);
  }
});
