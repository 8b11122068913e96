import assert from "node:assert/strict";
import {
  type CacheChange,
  createReplicator,
  type ReplicaTarget,
  type Replicator,
  type ReplicatorDeps,
} from "../../../src/cache/mod.ts";
import { FakeClock, waitForAbort } from "../../../src/concurrency/mod.ts";
import { FakeLogger } from "../network/fake_logger.ts";
import { changeOf, makeCache, START_MS } from "./make_cache.ts";

/** Another node: what it got, and how it behaves. */
class Node implements ReplicaTarget {
  readonly got: CacheChange[] = [];
  inFlight = 0;
  mostInFlight = 0;
  behave: (change: CacheChange, signal: AbortSignal) => Promise<boolean> | boolean = () => true;

  constructor(readonly id: string) {}

  readonly cache = {
    apply: async (change: CacheChange, options: { signal?: AbortSignal | undefined } = {}) => {
      this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
      try {
        const signal = options.signal ?? new AbortController().signal;
        const taken = await this.behave(change, signal);
        this.got.push(change);
        return taken;
      } finally {
        this.inFlight--;
      }
    },
  };

  get keys(): string {
    return this.got.map(({ key }) => key).join(" ");
  }
}

function change(key: string, atMs = 0, value: CacheChange["value"] = atMs): CacheChange {
  return changeOf({ key, value, version: { atMs: START_MS + atMs, peerId: "here" } });
}

const unreachable = () => Promise.reject(new Error("unreachable"));

interface Running {
  readonly replicator: Replicator;
  readonly clock: FakeClock;
  readonly logger: FakeLogger;
  readonly controller: AbortController;
}

/** Runs a replicator while a test body does. */
async function withReplicator(
  deps: Omit<ReplicatorDeps, "clock" | "logger">,
  body: (running: Running) => Promise<void>,
): Promise<void> {
  const clock = new FakeClock(START_MS);
  const logger = new FakeLogger();
  const controller = new AbortController();
  const replicator = createReplicator({ ...deps, clock, logger });
  const running = replicator.run(controller.signal);
  try {
    await body({ replicator, clock, logger, controller });
  } finally {
    controller.abort(new Error("the test is over"));
    await running;
  }
  assert.equal(clock.pendingTimers, 0);
}

Deno.test("Replicator sends each change to all targets", async () => {
  const nodes = [new Node("a"), new Node("b")];
  await withReplicator({ targets: () => nodes }, async ({ replicator, clock }) => {
    replicator.push(change("x"));
    replicator.push(change("y"));
    replicator.push(change("x", 5, undefined));
    await clock.advance(0);
    for (const { got } of nodes) {
      assert.deepEqual(got, [change("x", 5, undefined), change("y")]);
    }
    const { sent, queued, targets } = replicator.statistics();
    assert.deepEqual([sent, queued, targets], [4, 0, 2]);
  });
});

Deno.test("Replicator delays nobody who changes the cache", async () => {
  const node = new Node("a");
  node.behave = async (_change, signal) => {
    await waitForAbort(signal);
    throw signal.reason;
  };
  await withReplicator({ targets: () => [node] }, async ({ replicator, clock }) => {
    const { cache } = makeCache({ onChange: replicator.push });
    const settled: string[] = [];
    const calls = ["x", "y"].map(async (key) => {
      await cache.set(key, 1);
      await cache.delete(key);
      settled.push(key);
    });
    // The other node has not answered, and no time has passed.
    await Promise.all(calls);
    assert.deepEqual(settled, ["x", "y"]);
    await clock.advance(0);
    assert.ok(node.inFlight > 0);
  });
});

Deno.test("Replicator tries again, less and less often, until the node is back", async () => {
  const node = new Node("a");
  let tries = 0;
  node.behave = () => {
    tries++;
    return unreachable();
  };
  await withReplicator({ targets: () => [node] }, async ({ replicator, clock, logger }) => {
    replicator.push(change("x"));
    await clock.advance(60_000);
    const early = tries;
    assert.ok(early >= 6 && early <= 16, String(early));
    await clock.advance(600_000);
    assert.ok(tries - early >= 9 && tries - early <= 21, String(tries - early));
    node.behave = () => true;
    replicator.push(change("y"));
    await clock.advance(60_000);
    assert.equal(node.keys, "x y");
    const messages = logger.lines.map(([level, message]) => `${level}: ${message}`);
    assert.deepEqual(messages, [
      "warn: Cache changes do not reach a node",
      "info: Cache changes reach a node again",
    ]);
    assert.equal(replicator.statistics().failed, tries);
  });
});

Deno.test("Replicator gives up on a node that does not answer in time, and tries again", async () => {
  const node = new Node("a");
  const signals: AbortSignal[] = [];
  node.behave = async (_change, signal) => {
    signals.push(signal);
    if (signals.length > 1) return true;
    await waitForAbort(signal);
    throw signal.reason;
  };
  const limits = { sendTimeoutMs: 500 };
  await withReplicator({ targets: () => [node], limits }, async ({ replicator, clock }) => {
    replicator.push(change("x"));
    await clock.advance(499);
    assert.equal(signals[0]?.aborted, false);
    await clock.advance(500);
    assert.equal(signals[0]?.aborted, true);
    assert.equal(node.keys, "x");
  });
});

Deno.test("Replicator is not held up by a node that is away", async () => {
  const [away, there] = [new Node("away"), new Node("there")];
  away.behave = unreachable;
  await withReplicator({ targets: () => [away, there] }, async ({ replicator, clock }) => {
    for (const key of "xyz") {
      replicator.push(change(key));
      await clock.advance(0);
    }
    assert.equal(there.keys, "x y z");
    assert.equal(away.keys, "");
  });
});

Deno.test("Replicator sends only the newest change of a key that waited", async () => {
  const node = new Node("a");
  node.behave = unreachable;
  await withReplicator({ targets: () => [node] }, async ({ replicator, clock }) => {
    for (let atMs = 0; atMs < 50; atMs++) {
      replicator.push(change("x", atMs));
      await clock.advance(10);
    }
    assert.equal(replicator.statistics().queued, 1);
    node.behave = () => true;
    await clock.advance(60_000);
    assert.deepEqual(node.got, [change("x", 49)]);
  });
});

Deno.test("Replicator drops the oldest changes when too many wait, and counts them", async () => {
  const node = new Node("a");
  const outcomes: string[] = [];
  const limits = { maxQueued: 3 };
  const onOutcome = (outcome: string) => outcomes.push(outcome);
  const clock = new FakeClock(START_MS);
  const logger = new FakeLogger();
  const replicator = createReplicator({ targets: () => [node], limits, onOutcome, clock, logger });
  for (const key of "vwxyz") replicator.push(change(key));
  assert.deepEqual(outcomes, ["dropped", "dropped"]);
  assert.equal(replicator.statistics().dropped, 2);
  assert.equal(logger.lines.length, 1);
  // What was pushed before it ran waited for it.
  const controller = new AbortController();
  const running = replicator.run(controller.signal);
  await clock.advance(0);
  assert.equal(node.keys, "x y z");
  controller.abort();
  await running;
});

Deno.test("Replicator holds a bounded amount of memory for a node that is away", async () => {
  const node = new Node("a");
  node.behave = unreachable;
  const limits = { maxQueuedBytes: 10_000, maxInFlight: 1 };
  await withReplicator({ targets: () => [node], limits }, async ({ replicator, clock }) => {
    for (let index = 0; index < 100; index++) {
      replicator.push(change(`k${index}`, 0, "x".repeat(1_000)));
      await clock.advance(1);
    }
    const { queued } = replicator.statistics();
    assert.ok(queued > 5 && queued < 10, String(queued));
  });
});

Deno.test("Replicator has a bounded number of requests on their way to a node", async () => {
  const node = new Node("a");
  const limits = { maxInFlight: 4 };
  await withReplicator({ targets: () => [node], limits }, async ({ replicator, clock }) => {
    node.behave = () => clock.sleep(10).then(() => true);
    for (let index = 0; index < 20; index++) replicator.push(change(`k${index}`));
    await clock.advance(100);
    assert.equal(node.got.length, 20);
    assert.equal(node.mostInFlight, 4);
  });
});

Deno.test("Replicator does not send again what a node will never take", async () => {
  const node = new Node("a");
  let tries = 0;
  node.behave = ({ key }) => {
    tries++;
    if (key !== "x") return true;
    throw Object.assign(new Error("too large"), { code: "cache_value_too_large" });
  };
  await withReplicator({ targets: () => [node] }, async ({ replicator, clock }) => {
    replicator.push(change("x"));
    replicator.push(change("y"));
    await clock.advance(600_000);
    assert.equal(tries, 2);
    const { refused, sent, failed, queued } = replicator.statistics();
    assert.deepEqual([refused, sent, failed, queued], [1, 1, 0, 0]);
  });
});

Deno.test("Replicator goes on with other changes when one does not get through", async () => {
  const node = new Node("a");
  node.behave = ({ key }) => {
    if (key !== "x") return true;
    throw Object.assign(new Error("not yet"), { code: "cache_version_ahead" });
  };
  const limits = { maxInFlight: 1 };
  await withReplicator({ targets: () => [node], limits }, async ({ replicator, clock }) => {
    for (const key of "xyz") replicator.push(change(key));
    await clock.advance(2_000);
    assert.equal(node.keys, "y z");
    node.behave = () => true;
    await clock.advance(60_000);
    assert.equal(node.keys, "y z x");
  });
});

Deno.test("Replicator sends nothing that is too old to be taken", async () => {
  const node = new Node("a");
  node.behave = unreachable;
  await withReplicator({ targets: () => [node] }, async ({ replicator, clock }) => {
    replicator.push(change("x"));
    await clock.advance(86_400_000);
    node.behave = () => true;
    await clock.advance(60_000);
    assert.equal(node.keys, "");
    const { dropped, queued } = replicator.statistics();
    assert.deepEqual([dropped, queued], [1, 0]);
  });
});

Deno.test("Replicator counts what a node knew better", async () => {
  const node = new Node("a");
  node.behave = () => false;
  await withReplicator({ targets: () => [node] }, async ({ replicator, clock }) => {
    replicator.push(change("x"));
    await clock.advance(0);
    assert.equal(replicator.statistics().stale, 1);
  });
});

Deno.test("Replicator serves no more targets than it is allowed to", async () => {
  const nodes = Array.from({ length: 20 }, (_, index) => new Node(`node ${index}`));
  await withReplicator({ targets: () => nodes }, async ({ replicator, clock }) => {
    replicator.push(change("x"));
    await clock.advance(0);
    assert.equal(nodes.filter(({ got }) => got.length > 0).length, 16);
  });
});

Deno.test("Replicator follows its targets as they come and go", async () => {
  const [a, b] = [new Node("a"), new Node("b")];
  let targets: ReplicaTarget[] = [a];
  await withReplicator({ targets: () => targets }, async ({ replicator, clock }) => {
    replicator.push(change("x"));
    await clock.advance(0);
    targets = [b];
    replicator.push(change("y"));
    await clock.advance(0);
    targets = [];
    replicator.push(change("z"));
    await clock.advance(0);
    assert.deepEqual([a.keys, b.keys], ["x", "y"]);
    assert.equal(replicator.statistics().targets, 0);
  });
});

Deno.test("Replicator sends nothing more to a node that is no longer a target", async () => {
  const node = new Node("a");
  node.behave = unreachable;
  let targets: ReplicaTarget[] = [node];
  await withReplicator({ targets: () => targets }, async ({ replicator, clock }) => {
    replicator.push(change("x"));
    await clock.advance(0);
    targets = [];
    replicator.push(change("y"));
    node.behave = () => true;
    await clock.advance(120_000);
    assert.equal(node.keys, "");
  });
});

Deno.test("Replicator ends with its signal, whatever is on its way", async () => {
  const [hanging, away, idle] = [new Node("hanging"), new Node("away"), new Node("idle")];
  let aborted = false;
  hanging.behave = async (_change, signal) => {
    await waitForAbort(signal);
    aborted = true;
    throw signal.reason;
  };
  away.behave = unreachable;
  const targets = () => [hanging, away, idle];
  await withReplicator({ targets }, async ({ replicator, clock, controller }) => {
    replicator.push(change("x"));
    await clock.advance(0);
    controller.abort(new Error("enough"));
    await clock.advance(0);
    assert.equal(aborted, true);
    replicator.push(change("y"));
    await clock.advance(60_000);
    assert.equal(idle.keys, "x");
    // Run again, it takes up what waits.
    const again = new AbortController();
    const running = replicator.run(again.signal);
    await clock.advance(0);
    assert.equal(idle.keys, "x y");
    again.abort();
    await running;
  });
});

Deno.test("Replicator runs once at a time", async () => {
  await withReplicator({ targets: () => [] }, async ({ replicator, controller }) => {
    await assert.rejects(replicator.run(controller.signal), TypeError);
  });
});
