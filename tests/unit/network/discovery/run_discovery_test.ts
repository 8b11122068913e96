import assert from "node:assert/strict";
import { FakeClock, runTaskGroup, waitForAbort } from "../../../../src/concurrency/mod.ts";
import type {
  DiscoveryContext,
  DiscoveryMethod,
} from "../../../../src/network/discovery/discovery_method.ts";
import { PeerBook } from "../../../../src/network/discovery/peer_book.ts";
import { type Discovery, runDiscovery } from "../../../../src/network/discovery/run_discovery.ts";
import { FakeLogger } from "../fake_logger.ts";

const LAN = "/ip4/192.168.1.7/tcp/9710";

interface World {
  readonly clock: FakeClock;
  readonly book: PeerBook;
  readonly logger: FakeLogger;
  readonly discovery: Discovery;
}

async function withDiscovery(
  methods: readonly DiscoveryMethod[],
  run: (world: World) => Promise<void>,
): Promise<World> {
  const clock = new FakeClock(1_000);
  const book = new PeerBook({ selfPeerId: "self", clock });
  const logger = new FakeLogger();
  const self = { peerId: "self", multiaddrs: () => [] };
  const options = { methods, book, self, clock, logger, random: () => 0.5 };
  return await runTaskGroup(async (group) => {
    const world = { clock, book, logger, discovery: runDiscovery(group, options) };
    await run(world);
    group.cancel();
    return world;
  });
}

interface FakeMethod extends DiscoveryMethod {
  readonly clockMs: number[];
}

type Look = (context: DiscoveryContext, round: number, signal: AbortSignal) => Promise<void> | void;

/** A method that notes when it looks. */
function createMethod(look: Look, options: Partial<DiscoveryMethod> = {}): FakeMethod {
  const clockMs: number[] = [];
  return {
    name: "fake",
    reach: "lan",
    intervalMs: 10_000,
    budgetMs: 2_000,
    clockMs,
    look: async (context, signal) => {
      clockMs.push(context.clock.monotonicMs());
      await look(context, clockMs.length, signal);
    },
    ...options,
  };
}

const find = (context: DiscoveryContext, ...peerIds: string[]): void => {
  for (const peerId of peerIds) context.found({ peerId, multiaddrs: [LAN] });
};
const hang = async (_context: DiscoveryContext, _round: number, signal: AbortSignal) => {
  await waitForAbort(signal);
  throw signal.reason;
};
const hangForGood = (): Promise<void> => Promise.withResolvers<void>().promise;
const fail = (): Promise<void> => Promise.reject(new Error("The socket is gone"));

Deno.test("runDiscovery looks in rounds and puts what is found into the book", async () => {
  const method = createMethod((context) => find(context, "a", "self"));
  await withDiscovery([method], async ({ clock, book, discovery }) => {
    await clock.advance(25_000);
    assert.deepEqual(method.clockMs, [0, 10_000, 20_000]);
    assert.deepEqual(book.list().map(({ peerId, methods }) => [peerId, methods]), [["a", [
      "fake",
    ]]]);
    assert.deepEqual(discovery.health(), [{
      method: "fake",
      reach: "lan",
      ok: true,
      reason: undefined,
      failures: 0,
      lastSuccessMs: 21_000,
      lastDurationMs: 0,
      peers: 1,
    }]);
  });
});

Deno.test("runDiscovery spreads the rounds of nodes that were started together", async () => {
  const times = await Promise.all([0, 0.999].map(async (chance) => {
    const method = createMethod(() => {});
    const clock = new FakeClock();
    await runTaskGroup(async (group) => {
      const book = new PeerBook({ selfPeerId: "self", clock });
      const self = { peerId: "self", multiaddrs: () => [] };
      runDiscovery(group, { methods: [method], book, self, clock, random: () => chance });
      await clock.advance(12_000);
      group.cancel();
    });
    return method.clockMs[1];
  }));
  assert.deepEqual(times.map((each) => Math.round(each ?? 0)), [9_000, 10_998]);
});

Deno.test("runDiscovery lets no method delay another one by hanging or failing", async () => {
  const good = createMethod((context) => find(context, "a"), { name: "good" });
  const methods = [
    createMethod(hang, { name: "hangs" }),
    createMethod(hangForGood, { name: "hangs-for-good" }),
    createMethod(fail, { name: "fails" }),
    createMethod(() => {
      throw new TypeError("a defect");
    }, { name: "throws" }),
    createMethod(() => {}, { name: "does-not-begin", start: hangForGood as never }),
    good,
  ];
  await withDiscovery(methods, async ({ clock, book, discovery }) => {
    await clock.advance(0);
    assert.deepEqual(book.list().map(({ peerId }) => peerId), ["a"]);
    await clock.advance(2_000);
    const health = discovery.health().map(({ method, ok, reason }) => [method, ok, reason]);
    assert.deepEqual(health, [
      ["hangs", false, "it did not end within 2000 ms"],
      ["hangs-for-good", false, "it did not end within 2000 ms"],
      ["fails", false, "The socket is gone"],
      ["throws", false, "a defect"],
      ["does-not-begin", false, "it did not end within 2000 ms"],
      ["good", true, undefined],
    ]);
    await clock.advance(98_000);
    assert.equal(good.clockMs.length, 11);
    // The clock has to go on for the methods that are waited for at the end.
    setTimeout(() => clock.advance(10_000), 0);
  });
});

Deno.test("runDiscovery never looks twice at once, even if a round does not heed its signal", async () => {
  let looking = 0;
  let mostLooking = 0;
  const slow = Promise.withResolvers<void>();
  const method = createMethod(async () => {
    mostLooking = Math.max(mostLooking, ++looking);
    await slow.promise;
    looking--;
  });
  await withDiscovery([method], async ({ clock, discovery }) => {
    await clock.advance(60_000);
    assert.equal(method.clockMs.length, 1);
    slow.resolve();
    await clock.advance(600_000);
    assert.ok(method.clockMs.length > 1);
    assert.equal(mostLooking, 1);
    assert.equal(discovery.health()[0]?.ok, true);
  });
});

Deno.test("runDiscovery tries a failing method again, ever more slowly, and then as before", async () => {
  const method = createMethod((_context, round) => round <= 4 ? fail() : undefined);
  await withDiscovery([method], async ({ clock, discovery, logger }) => {
    await clock.advance(5_000);
    assert.deepEqual(method.clockMs.map(Math.round), [0, 750, 2_250]);
    assert.equal(discovery.health()[0]?.failures, 3);
    assert.equal(discovery.health()[0]?.lastSuccessMs, undefined);
    await clock.advance(20_000);
    assert.deepEqual(method.clockMs.map(Math.round), [0, 750, 2_250, 5_250, 11_250, 21_250]);
    assert.equal(discovery.health()[0]?.failures, 0);
    assert.deepEqual(logger.lines.map(([level]) => level), [
      "warn",
      "debug",
      "debug",
      "debug",
      "info",
    ]);
  });
});

Deno.test("runDiscovery starts a method before it looks, again if that failed, and stops it", async () => {
  const events: string[] = [];
  let starts = 0;
  const method = createMethod(() => {
    events.push("look");
  }, {
    start: () => {
      events.push("start");
      if (++starts === 1) return Promise.reject(new Error("The port is in use"));
      return Promise.resolve({
        [Symbol.asyncDispose]: () => {
          events.push("stop");
          return Promise.resolve();
        },
      });
    },
  });
  await withDiscovery([method], async ({ clock, discovery }) => {
    await clock.advance(0);
    assert.equal(discovery.health()[0]?.reason, "The port is in use");
    await clock.advance(15_000);
  });
  assert.deepEqual(events, ["start", "start", "look", "look", "stop"]);
});

Deno.test("runDiscovery stops a method only when its round has ended", async () => {
  const events: string[] = [];
  const method = createMethod(async (_context, _round, signal) => {
    await waitForAbort(signal);
    // It has still to finish what it was writing.
    await new Promise((resolve) => setTimeout(resolve, 0));
    events.push("announced");
  }, {
    start: () =>
      Promise.resolve({
        [Symbol.asyncDispose]: () => {
          events.push("taken back");
          return Promise.resolve();
        },
      }),
  });
  await withDiscovery([method], ({ clock }) => clock.advance(0));
  assert.deepEqual(events, ["announced", "taken back"]);
});

Deno.test("runDiscovery disposes what a method hands out after its end", async () => {
  const started = Promise.withResolvers<AsyncDisposable>();
  let isDisposed = false;
  const method = createMethod(() => {}, { start: () => started.promise });
  await withDiscovery([method], async ({ clock }) => {
    await clock.advance(0);
    setTimeout(() => clock.advance(10_000), 0);
  });
  started.resolve({
    [Symbol.asyncDispose]: () => {
      isDisposed = true;
      return Promise.resolve();
    },
  });
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.ok(isDisposed);
});

Deno.test("runDiscovery takes nothing from a method that was stopped", async () => {
  let context: DiscoveryContext | undefined;
  const method = createMethod((given) => {
    context = given;
    find(given, "a");
  });
  const { book } = await withDiscovery([method], ({ clock }) => clock.advance(0));
  assert.ok(context !== undefined);
  find(context, "b");
  context.lost("a");
  assert.deepEqual(book.list().map(({ peerId }) => peerId), ["a"]);
});

Deno.test("runDiscovery ends also if a method cannot be stopped, and says so", async () => {
  const method = createMethod(() => {}, {
    start: () => Promise.resolve({ [Symbol.asyncDispose]: fail }),
  });
  const { logger } = await withDiscovery([method], ({ clock }) => clock.advance(0));
  assert.deepEqual(logger.lines.map(([level, message]) => [level, message]), [
    ["warn", "Discovery method did not end well"],
  ]);
});

Deno.test("runDiscovery bounds what one round of a method can put into the book", async () => {
  const method = createMethod((context) => {
    for (let index = 0; index < 3_000; index++) find(context, `p${index}`);
  });
  await withDiscovery([method], async ({ clock, book }) => {
    await clock.advance(0);
    assert.equal(book.list().length, 1_000);
  });
});

Deno.test("runDiscovery refuses two methods with one name", async () => {
  const methods = [createMethod(() => {}), createMethod(() => {})];
  await assert.rejects(withDiscovery(methods, () => Promise.resolve()), (error) => {
    assert.ok(error instanceof AggregateError);
    assert.ok(error.errors[0] instanceof TypeError);
    return true;
  });
});

Deno.test("Discovery.lookNow runs a round of each method at once and reports on each", async () => {
  const near = createMethod((context) => find(context, "a", "b"), { name: "near" });
  const dead = createMethod(fail, { name: "dead" });
  await withDiscovery([near, dead], async ({ clock, discovery }) => {
    await clock.advance(1_000);
    const reports = await discovery.lookNow();
    assert.deepEqual(reports, [
      { method: "near", ok: true, peerIds: ["a", "b"], durationMs: 0 },
      { method: "dead", ok: false, reason: "The socket is gone", peerIds: [], durationMs: 0 },
    ]);
    assert.deepEqual(near.clockMs, [0, 1_000]);
    await clock.advance(10_000);
    assert.deepEqual(near.clockMs, [0, 1_000, 11_000]);
  });
});

Deno.test("Discovery.lookNow joins the round that is under way", async () => {
  const method = createMethod(async (context) => {
    await context.clock.sleep(500);
    find(context, "a");
  });
  await withDiscovery([method], async ({ clock, discovery }) => {
    await clock.advance(100);
    const looking = Promise.all([discovery.lookNow(), discovery.lookNow()]);
    await clock.advance(400);
    const [[first] = [], [second] = []] = await looking;
    assert.deepEqual(first?.peerIds, ["a"]);
    assert.equal(first, second);
    assert.deepEqual(method.clockMs, [0]);
  });
});

Deno.test("Discovery.lookNow says which method takes too long, and what it has found so far", async () => {
  const method = createMethod(async (context, _round, signal) => {
    find(context, "a");
    await waitForAbort(signal);
  });
  await withDiscovery([method], async ({ clock, discovery }) => {
    const looking = discovery.lookNow({ timeoutMs: 300 });
    await clock.advance(300);
    assert.deepEqual(await looking, [{
      method: "fake",
      ok: false,
      reason: "it did not end within 300 ms",
      peerIds: ["a"],
      durationMs: 300,
    }]);
  });
});

Deno.test("Discovery.lookNow asks the methods that it is told, and knows no others", async () => {
  const near = createMethod(() => {}, { name: "near" });
  const far = createMethod(() => {}, { name: "far" });
  await withDiscovery([near, far], async ({ clock, discovery }) => {
    await clock.advance(1_000);
    const reports = await discovery.lookNow({ methods: ["far", "pigeon", "far"] });
    assert.deepEqual(reports.map(({ method, ok }) => [method, ok]), [["far", true], [
      "pigeon",
      false,
    ]]);
    assert.match(reports[1]?.reason ?? "", /no such method/);
    assert.deepEqual([near.clockMs.length, far.clockMs.length], [1, 2]);
  });
});

Deno.test("Discovery.lookNow gives up when its signal aborts, and the round goes on", async () => {
  const method = createMethod(async (context) => {
    await context.clock.sleep(500);
    find(context, "a");
  });
  await withDiscovery([method], async ({ clock, book, discovery }) => {
    const reason = new Error("No longer needed");
    const controller = new AbortController();
    const looking = assert.rejects(discovery.lookNow({ signal: controller.signal }), reason);
    await clock.advance(100);
    controller.abort(reason);
    await looking;
    await clock.advance(400);
    assert.equal(book.list().length, 1);
    await assert.rejects(discovery.lookNow({ signal: AbortSignal.abort(reason) }), reason);
  });
});

Deno.test("Discovery.lookNow does not wait for ever when discovery ends", async () => {
  const method = createMethod(hang);
  let looking: Promise<unknown> | undefined;
  await withDiscovery([method], async ({ clock, discovery }) => {
    await clock.advance(0);
    looking = assert.rejects(discovery.lookNow());
  });
  await looking;
});

Deno.test("Discovery.noteNetworkChange looks at once on the local network, and where it had failed", async () => {
  const slow = { intervalMs: 600_000 };
  const near = createMethod(() => {}, { ...slow, name: "near" });
  const far = createMethod(() => {}, { ...slow, name: "far", reach: "wide" });
  const failing = createMethod(fail, { ...slow, name: "failing", reach: "wide" });
  await withDiscovery([near, far, failing], async ({ clock, discovery }) => {
    await clock.advance(500);
    discovery.noteNetworkChange();
    await clock.advance(0);
    assert.deepEqual(near.clockMs, [0, 500]);
    assert.deepEqual(far.clockMs, [0]);
    assert.deepEqual(failing.clockMs, [0, 500]);
  });
});

Deno.test("runDiscovery lets methods for this host go ahead of those that ask others, for a moment", async () => {
  const host = createMethod(hang, { name: "host", reach: "host" });
  const lan = createMethod(() => {}, { name: "lan", reach: "lan" });
  const wide = createMethod(() => {}, { name: "wide", reach: "wide" });
  await withDiscovery([wide, lan, host], async ({ clock }) => {
    await clock.advance(200);
    assert.deepEqual([host, lan, wide].map(({ clockMs }) => clockMs), [[0], [25], [100]]);
  });
  const alone = createMethod(() => {}, { name: "wide", reach: "wide" });
  await withDiscovery([alone], async ({ clock }) => {
    await clock.advance(0);
    assert.deepEqual(alone.clockMs, [0]);
  });
});
