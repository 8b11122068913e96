import assert from "node:assert/strict";
import { abortable, FakeClock, runTaskGroup } from "../../../../src/concurrency/mod.ts";
import {
  ConnectionWatch,
  type WatchedConnection,
} from "../../../../src/network/libp2p/connection_watch.ts";

/** A connection whose other end answers or not, as the test wants it. */
class FakeConnection implements WatchedConnection {
  readonly pingsMs: number[] = [];
  readonly dialsMs: number[] = [];
  /** Answers all pings until then and from then on; `false` for silence. */
  #isSilent = false;
  #answers = Promise.withResolvers<void>();
  abortedMs: number | undefined;

  constructor(
    readonly id: string,
    readonly peerId: string,
    readonly net: FakeNet,
  ) {}

  fallSilent(): void {
    this.#isSilent = true;
    this.#answers = Promise.withResolvers();
  }

  answer(): void {
    this.#isSilent = false;
    this.#answers.resolve();
  }

  async ping(signal: AbortSignal): Promise<void> {
    this.pingsMs.push(this.net.clock.monotonicMs());
    if (this.#isSilent) await abortable(this.#answers.promise, signal);
  }

  async dialAnew(signal: AbortSignal): Promise<void> {
    this.dialsMs.push(this.net.clock.monotonicMs());
    await this.net.dial(this.peerId, signal);
  }

  abort(): void {
    this.abortedMs = this.net.clock.monotonicMs();
    this.net.connections.splice(this.net.connections.indexOf(this), 1);
  }
}

class FakeNet {
  readonly clock = new FakeClock();
  readonly connections: FakeConnection[] = [];
  watch: ConnectionWatch | undefined;
  /** What comes of dials. */
  dialling: "works" | "fails" | "hangs" = "works";
  #lastId = 0;

  open(peerId = "peer"): FakeConnection {
    const connection = new FakeConnection(`c${++this.#lastId}`, peerId, this);
    this.connections.push(connection);
    this.watch?.noteOpened(connection);
    return connection;
  }

  async dial(peerId: string, signal: AbortSignal): Promise<void> {
    if (this.dialling === "hangs") await this.clock.sleep(Infinity, { signal });
    if (this.dialling === "fails") throw new Error("refused");
    this.open(peerId);
  }
}

async function withWatch(run: (net: FakeNet) => Promise<void>): Promise<void> {
  const net = new FakeNet();
  await runTaskGroup(async (group) => {
    net.watch = new ConnectionWatch(group, {
      connections: () => [...net.connections],
      clock: net.clock,
      logger: undefined,
    });
    await run(net);
    group.cancel();
  });
  assert.equal(net.clock.pendingTimers, 0);
}

Deno.test("ConnectionWatch asks each connection now and then, and leaves those alone that answer", () =>
  withWatch(async (net) => {
    const [first, second] = [net.open("a"), net.open("b")];
    await net.clock.advance(35_000);
    for (const { pingsMs, dialsMs, abortedMs } of [first, second]) {
      assert.deepEqual(pingsMs, [10_000, 20_000, 30_000]);
      assert.deepEqual([dialsMs, abortedMs], [[], undefined]);
    }
  }));

Deno.test("ConnectionWatch ends a silent connection as soon as a new one to the peer works", () =>
  withWatch(async (net) => {
    const old = net.open();
    old.fallSilent();
    await net.clock.advance(13_999);
    assert.deepEqual(old.dialsMs, []);
    await net.clock.advance(5_000);
    assert.deepEqual(old.dialsMs, [14_000]);
    // TCP may yet go on by itself.
    assert.equal(old.abortedMs, undefined);
    await net.clock.advance(1);
    assert.equal(old.abortedMs, 19_000);
    const [fresh] = net.connections;
    await net.clock.advance(60_000);
    assert.equal(net.connections.length, 1);
    assert.equal(fresh?.abortedMs, undefined);
  }));

Deno.test("ConnectionWatch spares a peer that was only busy: it answers on the old one, too", () =>
  withWatch(async (net) => {
    const old = net.open();
    old.fallSilent();
    await net.clock.advance(14_500);
    assert.equal(old.dialsMs.length, 1);
    old.answer();
    await net.clock.advance(60_000);
    assert.equal(old.abortedMs, undefined);
  }));

Deno.test("ConnectionWatch gives a silent peer that cannot be dialled 20 seconds", async () => {
  for (const dialling of ["fails", "hangs"] as const) {
    await withWatch(async (net) => {
      net.dialling = dialling;
      const [dead, busy] = [net.open("dead"), net.open("busy")];
      dead.fallSilent();
      busy.fallSilent();
      await net.clock.advance(25_000);
      busy.answer();
      await net.clock.advance(4_000);
      assert.equal(dead.abortedMs, undefined);
      await net.clock.advance(2_000);
      assert.ok(dead.abortedMs !== undefined && dead.abortedMs >= 30_000, dialling);
      assert.equal(busy.abortedMs, undefined);
      assert.equal(dead.dialsMs.length, dialling === "hangs" ? 1 : 16);
    });
  }
});

Deno.test("ConnectionWatch looks at the old connections of a peer that makes a new one", () =>
  withWatch(async (net) => {
    const [dead, alive, other] = [net.open(), net.open(), net.open("other")];
    await net.clock.advance(1_000);
    for (const each of [dead, other]) each.fallSilent();
    const fresh = net.open();
    await net.clock.advance(6_000);
    assert.equal(dead.abortedMs, 7_000);
    assert.deepEqual([alive.abortedMs, other.abortedMs, fresh.abortedMs], Array(3).fill(undefined));
    // That one is there anyway: there was no need to dial.
    assert.deepEqual(dead.dialsMs, []);
  }));

Deno.test("ConnectionWatch is quicker when the network has changed", () =>
  withWatch(async (net) => {
    const old = net.open();
    old.fallSilent();
    net.watch?.noteNetworkChange();
    net.watch?.noteNetworkChange();
    await net.clock.advance(2_500);
    assert.equal(old.abortedMs, 2_500);
    assert.equal(old.pingsMs.length, 1);
  }));

Deno.test("ConnectionWatch does not pile up connections to a peer that is busy all the time", () =>
  withWatch(async (net) => {
    for (let index = 0; index < 3; index++) net.open();
    await net.clock.advance(5_000);
    for (const each of net.connections) each.fallSilent();
    await net.clock.advance(15_000);
    assert.equal(net.connections.length, 3);
    assert.ok(net.connections.every(({ dialsMs }) => dialsMs.length === 0));
  }));
