import assert from "node:assert/strict";
import {
  abortable,
  FakeClock,
  runTaskGroup,
  type TaskGroup,
  waitForAbort,
} from "../../../../src/concurrency/mod.ts";
import { Redial } from "../../../../src/network/discovery/redial.ts";
import type { PeerTarget } from "../../../../src/network/network.ts";

/** Peers that can be there or not; dials that nobody answers hang. */
class FakePeers {
  readonly clock = new FakeClock();
  readonly dialled: string[] = [];
  readonly connected: string[] = [];
  readonly up = new Map<string, string>();
  /** Who does not hang, but says no. */
  readonly refuses = new Set<string>();
  readonly lost = new Map<string, PromiseWithResolvers<void>>();
  dialling = 0;
  mostDialling = 0;

  createRedial(group: TaskGroup): Redial {
    return new Redial(group, {
      connect: (target, signal) => this.#connect(target, signal),
      waitUntilLost: async (peerId, signal) => {
        const lost = Promise.withResolvers<void>();
        this.lost.set(peerId, lost);
        await abortable(lost.promise, signal);
      },
      onConnected: (_target, peerId) => this.connected.push(peerId),
      clock: this.clock,
      logger: undefined,
      random: () => 0,
    });
  }

  async #connect(target: PeerTarget, signal: AbortSignal): Promise<string> {
    const key = "peerId" in target ? target.peerId : target.multiaddr;
    this.dialled.push(key);
    this.mostDialling = Math.max(this.mostDialling, ++this.dialling);
    try {
      const peerId = this.up.get(key);
      if (peerId !== undefined) return peerId;
      if (this.refuses.has(key)) throw new Error("refused");
      await waitForAbort(signal);
      throw signal.reason;
    } finally {
      this.dialling--;
    }
  }
}

async function withRedial(run: (peers: FakePeers, redial: Redial) => Promise<void>): Promise<void> {
  const peers = new FakePeers();
  await runTaskGroup(async (group) => {
    await run(peers, peers.createRedial(group));
    group.cancel();
  });
  assert.equal(peers.clock.pendingTimers, 0);
}

Deno.test("Redial keeps a peer connected, once", () =>
  withRedial(async ({ clock, up, lost, dialled, connected }, redial) => {
    up.set("a", "a");
    redial.keep({ peerId: "a" }, "known");
    redial.keep({ peerId: "a" }, "static");
    await clock.advance(10_000);
    assert.deepEqual(dialled, ["a"]);
    lost.get("a")?.resolve();
    await clock.advance(1_000);
    assert.deepEqual(connected, ["a", "a"]);
  }));

Deno.test("Redial dials a few peers at a time, and lets none of old delay a configured one", () =>
  withRedial(async ({ clock, up, connected, ...rest }, redial) => {
    const peers = rest;
    for (let index = 0; index < 100; index++) redial.keep({ peerId: `old${index}` }, "known");
    await clock.advance(1_000);
    assert.equal(peers.dialled.length, 4);
    up.set("/ip4/10.0.0.1/tcp/1", "seed");
    redial.keep({ multiaddr: "/ip4/10.0.0.1/tcp/1" }, "static");
    await clock.advance(0);
    assert.deepEqual(connected, ["seed"]);
  }));

Deno.test("Redial drops a peer under whatever name it is kept, and takes it back when allowed", () =>
  withRedial(async ({ clock, up, dialled }, redial) => {
    up.set("/ip4/10.0.0.1/tcp/1", "a");
    redial.keep({ multiaddr: "/ip4/10.0.0.1/tcp/1" }, "static");
    await clock.advance(0);
    redial.keep({ peerId: "a" }, "known");
    await clock.advance(0);
    assert.deepEqual(dialled, ["/ip4/10.0.0.1/tcp/1"]);
    redial.drop("a");
    redial.keep({ peerId: "a" }, "known");
    redial.keep({ multiaddr: "/ip4/10.0.0.1/tcp/1" }, "static");
    await clock.advance(600_000);
    assert.equal(dialled.length, 1);
    up.set("a", "a");
    redial.allow("a");
    redial.keep({ peerId: "a" }, "known");
    await clock.advance(0);
    assert.deepEqual(dialled.slice(1), ["a"]);
  }));

Deno.test("Redial dials a missing peer at once when there is a sign of it, but not for every sign", () =>
  withRedial(async ({ clock, up, dialled, refuses }, redial) => {
    for (const peerId of ["a", "b"]) refuses.add(peerId);
    redial.keep({ peerId: "a" }, "known");
    redial.keep({ peerId: "b" }, "known");
    await clock.advance(40_000);
    const before = dialled.length;
    for (let turn = 0; turn < 100; turn++) {
      redial.wake("a");
      await clock.advance(10);
    }
    assert.deepEqual(dialled.slice(before), ["a"]);
    await clock.advance(4_000);
    refuses.clear();
    up.set("a", "a");
    redial.wake("a");
    await clock.advance(0);
    redial.wake("a");
    redial.wake("nobody");
    await clock.advance(10_000);
    assert.deepEqual(dialled.slice(before).filter((peerId) => peerId === "a"), ["a", "a"]);
  }));

Deno.test("Redial tries all that are missing when one of them is there again, or the network is", () =>
  withRedial(async ({ clock, up, connected, refuses }, redial) => {
    const all = ["a", "b", "c"];
    for (const peerId of all) {
      refuses.add(peerId);
      redial.keep({ peerId }, "known");
    }
    await clock.advance(300_000);
    refuses.clear();
    for (const peerId of all) up.set(peerId, peerId);
    redial.wake("b");
    await clock.advance(0);
    assert.deepEqual(connected.toSorted(), all);
  }));

Deno.test("Redial.wakeAll ends all pauses", () =>
  withRedial(async ({ clock, dialled, refuses }, redial) => {
    for (const peerId of ["a", "b"]) {
      refuses.add(peerId);
      redial.keep({ peerId }, "known");
    }
    await clock.advance(40_000);
    const before = dialled.length;
    redial.wakeAll();
    await clock.advance(0);
    assert.deepEqual(dialled.slice(before), ["a", "b"]);
  }));

Deno.test("Redial stops a dial to a peer that is dropped", () =>
  withRedial(async (peers, redial) => {
    redial.keep({ peerId: "a" }, "known");
    await peers.clock.advance(0);
    assert.equal(peers.dialling, 1);
    redial.drop("a");
    await peers.clock.advance(600_000);
    assert.equal(peers.dialling, 0);
    assert.deepEqual(peers.dialled, ["a"]);
  }));

Deno.test("Redial keeps a limited number of peers, and none when its group has ended", async () => {
  const peers = new FakePeers();
  let redial: Redial | undefined;
  await runTaskGroup((group) => {
    redial = peers.createRedial(group);
    for (let index = 0; index < 2_000; index++) redial.keep({ peerId: `p${index}` }, "known");
    assert.equal(group.statistics().running, 1024);
    group.cancel();
  });
  redial?.keep({ peerId: "late" }, "known");
  assert.ok(!peers.dialled.includes("late"));
});

Deno.test("Redial lets a peer that a person wants wait for none of those of old, once that is known", () =>
  withRedial(async ({ clock, up, connected, lost, ...peers }, redial) => {
    for (let index = 0; index < 100; index++) redial.keep({ peerId: `old${index}` }, "known");
    redial.keep({ peerId: "friend" }, "known");
    up.set("friend", "friend");
    await clock.advance(1_000);
    assert.deepEqual(connected, []);
    redial.keep({ peerId: "friend" }, "static");
    await clock.advance(0);
    assert.deepEqual(connected, ["friend"]);
    redial.keep({ peerId: "friend" }, "known");
    lost.get("friend")?.resolve();
    await clock.advance(10_000);
    assert.deepEqual(connected, ["friend", "friend"]);
    assert.equal(peers.dialled.filter((key) => key === "friend").length, 2);
  }));

Deno.test("Redial keeps what a person wants however many others have answered", () =>
  withRedial(async ({ clock, up, connected, refuses }, redial) => {
    for (let index = 0; index < 1_100; index++) {
      refuses.add(`old${index}`);
      redial.keep({ peerId: `old${index}` }, "known");
    }
    up.set("friend", "friend");
    redial.keep({ peerId: "friend" }, "known");
    await clock.advance(1_000);
    assert.deepEqual(connected, []);
    redial.keep({ peerId: "friend" }, "static");
    await clock.advance(0);
    assert.deepEqual(connected, ["friend"]);
  }));
