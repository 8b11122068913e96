import assert from "node:assert/strict";
import { FakeClock, waitForAbort } from "../../../../src/concurrency/mod.ts";
import { keepConnected } from "../../../../src/network/discovery/keep_connected.ts";

const ADDRESS = "/ip4/192.0.2.1/tcp/9710";

interface Run {
  readonly clock: FakeClock;
  /** When connecting was tried. */
  readonly triesMs: number[];
  readonly stop: () => Promise<void>;
}

function run(connect: (attempt: number, signal: AbortSignal) => Promise<void>): Run {
  const clock = new FakeClock();
  const triesMs: number[] = [];
  const controller = new AbortController();
  const running = keepConnected(ADDRESS, {
    connect: (multiaddr, signal) => {
      assert.equal(multiaddr, ADDRESS);
      triesMs.push(clock.monotonicMs());
      return connect(triesMs.length, signal);
    },
    clock,
    logger: undefined,
    random: () => 0,
    signal: controller.signal,
  });
  const stop = async (): Promise<void> => {
    controller.abort();
    await running;
  };
  return { clock, triesMs, stop };
}

Deno.test("keepConnected tries for ever, ever more slowly", async () => {
  const { clock, triesMs, stop } = run(() => Promise.reject(new Error("refused")));
  await clock.advance(300_000);
  assert.deepEqual(
    triesMs.slice(0, 9),
    [0, 1, 3, 7, 15, 31, 63, 123, 183].map((seconds) => seconds * 1_000),
  );
  await stop();
  await clock.advance(300_000);
  assert.equal(triesMs.length, 10);
});

Deno.test("keepConnected dials again soon after a connection was lost", async () => {
  const lost = Promise.withResolvers<void>();
  const { clock, triesMs, stop } = run((attempt) => {
    if (attempt === 1) return lost.promise;
    return attempt === 2
      ? Promise.reject(new Error("refused"))
      : Promise.withResolvers<void>().promise;
  });
  await clock.advance(3_600_000);
  assert.equal(triesMs.length, 1);
  lost.resolve();
  await clock.advance(10_000);
  assert.deepEqual(triesMs, [0, 3_601_000, 3_602_000]);
  // The last connection stands; only its own end or the signal can end it.
  const stopping = stop();
  assert.equal(await Promise.race([stopping.then(() => "stopped"), Promise.resolve("up")]), "up");
});

Deno.test("keepConnected ends quietly while connected", async () => {
  const { stop } = run(async (_attempt, signal) => {
    await waitForAbort(signal);
    throw signal.reason;
  });
  await stop();
});
