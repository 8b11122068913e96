import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import { createDht } from "../../../../../src/network/discovery/dht/create_dht.ts";
import type {
  DiscoveryMethod,
  FoundPeer,
} from "../../../../../src/network/discovery/discovery_method.ts";
import { createPeerId } from "../create_peer_id.ts";
import { createFakePeerRecordCodec } from "../fake_peer_record_codec.ts";
import { FakeTable, toKeyText } from "./fake_table.ts";

const SELF = createPeerId(1);
const ALICE = createPeerId(2);
const NOW_MS = 1_700_000_000_000;
const KEY = new TextEncoder().encode(toKeyText("team"));
const NO_SIGNAL = new AbortController().signal;

/** A method at work. */
class World {
  readonly clock = new FakeClock(NOW_MS);
  readonly table: FakeTable;
  readonly found = new Map<string, FoundPeer>();
  readonly method: DiscoveryMethod;
  addresses: readonly string[] = [`/ip4/192.168.1.1/tcp/9710/p2p/${SELF}`];
  readonly #context = {
    self: { peerId: SELF, multiaddrs: () => this.addresses },
    found: (peer: FoundPeer): void => void this.found.set(peer.peerId, peer),
    lost: (peerId: string): void => void this.found.delete(peerId),
    clock: this.clock,
    logger: undefined,
  };

  constructor(table: FakeTable = new FakeTable()) {
    this.table = table;
    const records = createFakePeerRecordCodec(SELF);
    this.method = createDht({ dht: table.open(SELF), namespace: "team", records });
  }

  async start(): Promise<AsyncDisposable> {
    const started = await this.method.start?.(this.#context, NO_SIGNAL);
    assert.ok(started);
    return started;
  }

  async look(): Promise<void> {
    let isDone = false;
    const settle = (): void => {
      isDone = true;
    };
    const looking = this.method.look(this.#context, NO_SIGNAL);
    looking.then(settle, settle);
    for (let step = 0; !isDone && step < 1_000; step++) await this.clock.advance(10);
    await looking;
  }

  async enter(peerId: string, port: number, seq: bigint): Promise<void> {
    const addresses = port === 0 ? [] : [`/ip4/10.0.0.1/tcp/${port}`];
    const record = await createFakePeerRecordCodec(peerId).seal(addresses, seq);
    await this.table.open(peerId, addresses).provide({ key: KEY, record }, NO_SIGNAL);
  }

  portOf(peerId: string): string | undefined {
    return /tcp\/(\d+)/.exec(this.found.get(peerId)?.multiaddrs[0] ?? "")?.[1];
  }
}

// docs/protocol.md, 8.2
Deno.test("createDht enters the node once, and again after five minutes", async () => {
  const world = new World();
  await using _started = await world.start();
  await world.look();
  await world.look();
  assert.equal(world.table.entries.size, 1);
  // Others may be nearest to the key by now.
  assert.equal(world.table.calls.provide, 2);
  await world.clock.advance(300_000);
  await world.look();
  assert.equal(world.table.entries.size, 2);
});

Deno.test("createDht enters the node again when its addresses change", async () => {
  const world = new World();
  await using _started = await world.start();
  await world.look();
  world.addresses = [`/ip4/192.168.1.7/tcp/9710/p2p/${SELF}`];
  await world.look();
  assert.equal(world.table.entries.size, 2);
});

Deno.test("createDht repeats an entry seldom where it is kept for long", async () => {
  const world = new World(new FakeTable({ keepsRecords: false }));
  await using _started = await world.start();
  await world.look();
  await world.clock.advance(300_000);
  await world.look();
  assert.equal(world.table.entries.size, 1);
  await world.clock.advance(3_600_000);
  await world.look();
  assert.equal(world.table.entries.size, 2);
});

Deno.test("createDht tries again to enter the node when nobody has heard it", async () => {
  const world = new World();
  await using _started = await world.start();
  world.table.state = "fails";
  await assert.rejects(world.look(), { code: "dht_unanswered" });
  world.table.state = "works";
  await world.look();
  assert.ok(world.table.records.has(SELF));
});

Deno.test("createDht takes the node back when it can no longer be dialled", async () => {
  const world = new World();
  await using _started = await world.start();
  await world.look();
  world.addresses = [];
  await world.look();
  const record = world.table.records.get(SELF) ?? new Uint8Array(0);
  assert.deepEqual((await createFakePeerRecordCodec(SELF).open(record)).multiaddrs, []);
  await world.look();
  assert.equal(world.table.calls.replaceRecord, 1);
});

Deno.test("createDht numbers each record higher than the one before", async () => {
  const world = new World();
  const seqs: bigint[] = [];
  await using _started = await world.start();
  for (const port of [1, 2, 3]) {
    world.addresses = [`/ip4/192.168.1.1/tcp/${port}/p2p/${SELF}`];
    await world.look();
    const record = world.table.records.get(SELF) ?? new Uint8Array(0);
    seqs.push((await createFakePeerRecordCodec(SELF).open(record)).seq);
  }
  assert.deepEqual(seqs, [...new Set(seqs)].sort());
  assert.ok((seqs[0] ?? 0n) >= BigInt(NOW_MS));
});

Deno.test("createDht loses a peer that has left an empty record", async () => {
  const world = new World();
  await using _started = await world.start();
  await world.enter(ALICE, 1, 1n);
  await world.look();
  assert.equal(world.portOf(ALICE), "1");
  await world.enter(ALICE, 0, 2n);
  await world.clock.advance(180_000);
  await world.look();
  assert.equal(world.found.has(ALICE), false);
});

Deno.test("createDht keeps to the newest record when a node brings back an old one", async () => {
  const world = new World();
  await using _started = await world.start();
  await world.enter(ALICE, 2, 2n);
  await world.look();
  await world.enter(ALICE, 1, 1n);
  await world.clock.advance(180_000);
  world.found.clear();
  await world.look();
  assert.equal(world.portOf(ALICE), "2");
});

// docs/protocol.md, 8.4
Deno.test("createDht believes nobody who says where another peer is", async () => {
  const world = new World();
  await using _started = await world.start();
  const multiaddrs = ["/ip4/6.6.6.6/tcp/6"];
  world.table.providers.set(toKeyText("team"), [{ peerId: ALICE, multiaddrs, namedBy: "liar" }]);
  await world.look();
  assert.equal(world.found.size, 0);
});

Deno.test("createDht asks for a record again when it was not there yet", async () => {
  const world = new World();
  await using _started = await world.start();
  await world.enter(ALICE, 1, 1n);
  const record = world.table.records.get(ALICE) ?? new Uint8Array(0);
  world.table.records.delete(ALICE);
  await world.look();
  assert.equal(world.found.size, 0);
  world.table.records.set(ALICE, record);
  await world.look();
  assert.equal(world.portOf(ALICE), "1");
});

Deno.test("createDht asks for a known record only when it has become old", async () => {
  const world = new World();
  await using _started = await world.start();
  await world.enter(ALICE, 1, 1n);
  for (let round = 0; round < 5; round++) await world.look();
  assert.equal(world.table.calls.getRecords, 1);
  await world.clock.advance(180_000);
  await world.look();
  assert.equal(world.table.calls.getRecords, 2);
});

Deno.test("createDht asks few nodes for many records", async () => {
  const world = new World();
  await using _started = await world.start();
  const names = ["a", "b", "c", "d"];
  for (let seed = 10; seed < 40; seed++) await world.enter(createPeerId(seed), seed, 1n);
  const entered = world.table.providers.get(toKeyText("team")) ?? [];
  const named = entered.flatMap((peer) => names.map((namedBy) => ({ ...peer, namedBy })));
  world.table.providers.set(toKeyText("team"), named);
  await world.look();
  assert.equal(world.found.size, 30);
  assert.equal(world.table.asked.length, 1);
});

Deno.test("createDht says when a peer gave a sign, as far as its record tells", async () => {
  const world = new World();
  await using _started = await world.start();
  await world.enter(ALICE, 1, BigInt(NOW_MS - 60_000));
  await world.enter(createPeerId(3), 1, 7n);
  await world.look();
  assert.equal(world.found.get(ALICE)?.lastSeenMs, NOW_MS - 60_000);
  assert.equal(world.found.get(createPeerId(3))?.lastSeenMs, undefined);
});

Deno.test("createDht waits a moment for the first node of the table", async () => {
  const world = new World();
  world.table.size = 0;
  await using _started = await world.start();
  await world.enter(ALICE, 1, 1n);
  const looking = world.look();
  await world.clock.advance(300);
  world.table.size = 1;
  await looking;
  assert.equal(world.portOf(ALICE), "1");
});

Deno.test("createDht does not count an empty table as a failure, and asks nobody", async () => {
  const world = new World();
  world.table.size = 0;
  await using _started = await world.start();
  await world.look();
  await world.look();
  assert.deepEqual(world.table.calls, {
    provide: 0,
    findProviders: 0,
    replaceRecord: 0,
    getRecords: 0,
  });
});

Deno.test("createDht looks often at first, and seldom later", async () => {
  const world = new World();
  await using _started = await world.start();
  const pauses: number[] = [];
  for (let round = 0; round < 5; round++) {
    await world.look();
    pauses.push(world.method.intervalMs);
  }
  assert.deepEqual(pauses, [3_000, 9_000, 27_000, 60_000, 60_000]);
  world.table.size = 0;
  await world.look();
  assert.equal(world.method.intervalMs, 1_000);
});

Deno.test("createDht ends in time although the table does not answer", async () => {
  const world = new World();
  const started = await world.start();
  await world.look();
  world.table.state = "hangs";
  const stopping = started[Symbol.asyncDispose]();
  await world.clock.advance(1_500);
  await stopping;
});
