import assert from "node:assert/strict";
import fc from "fast-check";
import { createMemoryTaskStore } from "../../../../src/store/memory/mod.ts";
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import type { ClaimTasks, TaskStore } from "../../../../src/store/mod.ts";
import type { LocalTaskQueue } from "../../../../src/taskqueue/mod.ts";
import { withDirectory } from "../../store/sqlite/with_directory.ts";
import { type LocalFixture, withLocalQueue } from "../with_local_queue.ts";

const GRACE_MS = 500;
const TYPE = "text";

function peersOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `peer-${n}`);
}

/** Claims as a peer; the ids of the tasks that it gets. */
async function claimAs(
  queue: LocalTaskQueue,
  claimer: string,
  limit = 64,
): Promise<readonly string[]> {
  const tasks = await queue.claim({
    worker: `worker of ${claimer}`,
    types: [TYPE],
    claimer,
    limit,
  });
  return tasks.map(({ id }) => id);
}

/** Makes members of peers: those who ask again are. */
async function enlist(queue: LocalTaskQueue, peers: readonly string[]): Promise<void> {
  for (let round = 0; round < 2; round++) {
    for (const peer of peers) assert.deepEqual(await claimAs(queue, peer), []);
  }
}

async function submitAll(queue: LocalTaskQueue, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let first = 0; first < count; first += 256) {
    const size = Math.min(256, count - first);
    const inputs = Array.from({ length: size }, () => ({ type: TYPE, payload: {} }));
    for (const outcome of await queue.submitMany(inputs)) {
      assert.ok(outcome.status === "fulfilled");
      ids.push(outcome.value.taskId);
    }
  }
  return ids;
}

/** Lets peers claim in turns until none of them gets anything; how many each has got. */
async function claimInTurns(
  queue: LocalTaskQueue,
  peers: readonly string[],
  limit = 64,
): Promise<ReadonlyMap<string, number>> {
  const shares = new Map(peers.map((peer) => [peer, 0]));
  for (let isBusy = true; isBusy;) {
    isBusy = false;
    for (const peer of peers) {
      const got = (await claimAs(queue, peer, limit)).length;
      shares.set(peer, (shares.get(peer) ?? 0) + got);
      isBusy ||= got > 0;
    }
  }
  return shares;
}

function test(title: string, body: (fixture: LocalFixture) => Promise<void>): void {
  Deno.test(title, () => withLocalQueue(body));
}

test("LocalTaskQueue keeps a task for its owner, and opens it after the grace period", async (f) => {
  const { queue, clock } = f;
  const [a = "", b = ""] = peersOf(2);
  await enlist(queue, [a, b]);
  await submitAll(queue, 40);
  const ofA = await claimAs(queue, a);
  assert.ok(ofA.length > 4 && ofA.length < 36, `${ofA.length}`);
  await clock.advance(GRACE_MS - 1);
  assert.deepEqual(await claimAs(queue, a), []);
  await clock.advance(1);
  assert.equal((await claimAs(queue, a)).length, 40 - ofA.length);
});

test("LocalTaskQueue wakes the owner at once, and others when the grace period is over", async (f) => {
  const { queue, clock } = f;
  const [a = "", b = ""] = peersOf(2);
  const wait = { types: [TYPE], waitMs: 60_000 };
  const waits = new Map([a, b].map((claimer) => [
    claimer,
    queue.claim({ ...wait, worker: "w", claimer }),
  ]));
  await clock.advance(0);
  const [first = ""] = await submitAll(queue, 1);
  const owner = await Promise.race(
    [...waits].map(async ([peer, claiming]) => {
      await claiming;
      return peer;
    }),
  );
  assert.equal((await waits.get(owner))?.[0]?.id, first);
  // The owner is busy now: what belongs to it goes to the other one, but later.
  const other = owner === a ? b : a;
  let got: string | undefined;
  const claiming = waits.get(other)?.then((tasks) => got = tasks[0]?.id);
  for (let submitted = 0; got === undefined; submitted++) {
    assert.ok(submitted < 100);
    const [next] = await submitAll(queue, 1);
    await clock.advance(GRACE_MS - 1);
    const isOwn = got !== undefined;
    await clock.advance(1);
    assert.ok(got !== undefined, "nobody was woken for a task that everybody may have");
    if (!isOwn) assert.equal(got, next);
  }
  await claiming;
});

test("LocalTaskQueue tells a claimer that came late of a task that was kept for another", async (f) => {
  const { queue, clock } = f;
  const [a = "", b = ""] = peersOf(2);
  await enlist(queue, [a, b]);
  const ids = await submitAll(queue, 20);
  const own = await claimAs(queue, a);
  const [left = ""] = ids.filter((id) => !own.includes(id));
  await clock.advance(100);
  const claiming = queue.claim({ worker: "w", types: [TYPE], claimer: a, waitMs: 60_000 });
  await clock.advance(GRACE_MS - 101);
  let isSettled = false;
  const settled = claiming.then(() => isSettled = true);
  await clock.advance(0);
  assert.equal(isSettled, false);
  await clock.advance(1);
  await settled;
  assert.equal((await claiming)[0]?.id, left);
});

test("LocalTaskQueue lets peers that only send heartbeats own nothing", async ({ queue }) => {
  for (const ghost of ["g1", "g2", "g3"]) {
    const clock = { "node_id": ghost, vector: { [ghost]: 5 } };
    for (let n = 0; n < 3; n++) await queue.heartbeat({ claimer: ghost, peerId: ghost, clock });
  }
  await enlist(queue, ["worker"]);
  await submitAll(queue, 20);
  assert.equal((await claimAs(queue, "worker")).length, 20);
});

test("LocalTaskQueue lets peers that ask for other types own nothing", async ({ queue }) => {
  await enlist(queue, ["worker"]);
  for (let n = 0; n < 3; n++) {
    await queue.claim({ worker: "w", types: ["other"], claimer: "stranger" });
  }
  await submitAll(queue, 20);
  assert.equal((await claimAs(queue, "worker")).length, 20);
});

test("LocalTaskQueue lets peers that asked only once own nothing", async ({ queue }) => {
  for (let n = 0; n < 20; n++) assert.deepEqual(await claimAs(queue, `fresh-${n}`), []);
  await submitAll(queue, 20);
  for (let n = 20; n < 40; n++) assert.equal((await claimAs(queue, `fresh-${n}`, 1)).length, 1);
});

test("LocalTaskQueue forgets members that have not asked for a while", async (fixture) => {
  const { queue, clock } = fixture;
  await enlist(queue, ["gone", "worker"]);
  await clock.advance(10_001);
  await enlist(queue, ["worker"]);
  await submitAll(queue, 20);
  assert.equal((await claimAs(queue, "worker")).length, 20);
});

test("LocalTaskQueue keeps those who wait as members for as long as they wait", async (fixture) => {
  const { queue, clock } = fixture;
  const waiting = queue.claim({ worker: "w", types: [TYPE], claimer: "waiter", waitMs: 120_000 });
  await clock.advance(100_000);
  await enlist(queue, ["poller"]);
  await submitAll(queue, 40);
  await waiting;
  const ofPoller = (await claimAs(queue, "poller")).length;
  assert.ok(ofPoller > 4 && ofPoller < 36, `${ofPoller}`);
});

test("LocalTaskQueue moves no task by heartbeats, clocks and claims of others", async ({ queue }) => {
  await enlist(queue, ["a", "b", "c"]);
  await submitAll(queue, 60);
  const ofA = (await claimAs(queue, "a")).length;
  for (let n = 0; n < 50; n++) {
    await queue.heartbeat({ claimer: "b", clock: { "node_id": "b", vector: { b: n, x: n } } });
    await claimAs(queue, "c", 1);
  }
  assert.ok(ofA > 0);
  assert.deepEqual(await claimAs(queue, "a"), []);
});

Deno.test("LocalTaskQueue asks nobody about owners while one peer asks for work", async () => {
  const claims: ClaimTasks[] = [];
  const openStore = (): TaskStore => {
    const store = createMemoryTaskStore();
    const claim = store.claim.bind(store);
    return Object.assign(store, {
      claim(input: ClaimTasks) {
        claims.push(input);
        return claim(input);
      },
    });
  };
  await withLocalQueue(async ({ queue }) => {
    await enlist(queue, ["one"]);
    assert.ok(claims.every(({ mayTake }) => mayTake === undefined));
    await enlist(queue, ["two"]);
    assert.ok(claims.at(-1)?.mayTake);
  }, { openStore });
});

Deno.test("LocalTaskQueue serves first who comes first where there is no grace period", async () => {
  await withLocalQueue(async ({ queue }) => {
    await enlist(queue, peersOf(4));
    await submitAll(queue, 40);
    assert.equal((await claimAs(queue, "peer-0")).length, 40);
  }, { limits: { ownershipGraceMs: 0 } });
});

const crowds = fc.record({
  members: fc.integer({ min: 1, max: 6 }),
  silent: fc.nat({ max: 5 }),
  tasks: fc.integer({ min: 1, max: 30 }),
  waiting: fc.boolean(),
}).map((crowd) => ({ ...crowd, silent: Math.min(crowd.silent, crowd.members - 1) }));

Deno.test("LocalTaskQueue has every task claimed within the grace period, whoever is dead", async () => {
  await fc.assert(
    fc.asyncProperty(
      crowds,
      ({ members, silent, tasks, waiting }) =>
        withLocalQueue(async ({ queue, clock }) => {
          const peers = peersOf(members);
          await enlist(queue, peers);
          const alive = peers.slice(silent);
          const claimed: string[] = [];
          const untilMs = clock.now() + GRACE_MS;
          const work = async (claimer: string): Promise<void> => {
            while (claimed.length < tasks) {
              const waitMs = waiting ? 5_000 : 0;
              const wish = { worker: "w", types: [TYPE], claimer, waitMs };
              const got = await queue.claim(wish);
              claimed.push(...got.map(({ id }) => id));
              if (got.length === 0) await clock.sleep(50);
            }
          };
          const working = Promise.all(alive.map(work));
          await clock.advance(0);
          const ids = await submitAll(queue, tasks);
          for (let step = 0; step < 10; step++) await clock.advance(50);
          assert.equal(clock.now(), untilMs);
          assert.deepEqual([...claimed].sort(), [...ids].sort());
          await clock.advance(60_000);
          await working;
        }, { limits: { leaseMs: 3_600_000 } }),
    ),
    { numRuns: 60 },
  );
});

for (const count of [2, 5]) {
  Deno.test(`LocalTaskQueue gives each of ${count} peers its share of 10,000 tasks`, () =>
    withDirectory((path) =>
      withLocalQueue(async ({ queue }) => {
        const peers = peersOf(count);
        await enlist(queue, peers);
        await submitAll(queue, 10_000);
        const shares = [...(await claimInTurns(queue, peers)).values()];
        assert.equal(shares.reduce((sum, share) => sum + share, 0), 10_000);
        for (const share of shares) {
          const fair = 10_000 / count;
          assert.ok(share >= 0.8 * fair && share <= 1.2 * fair, `${shares}`);
        }
      }, { openStore: () => openSqliteTaskStore({ path }) })
    ));
}
