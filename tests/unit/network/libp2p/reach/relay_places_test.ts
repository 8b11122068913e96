import assert from "node:assert/strict";
import { generateKeyPair } from "@libp2p/crypto/keys";
import type { PeerId } from "@libp2p/interface";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import { RelayPlaces } from "../../../../../src/network/libp2p/reach/relay_places.ts";
import { FakeLogger } from "../../fake_logger.ts";

async function createIds(count: number): Promise<readonly PeerId[]> {
  const keys = await Promise.all(Array.from({ length: count }, () => generateKeyPair("Ed25519")));
  return keys.map(peerIdFromPrivateKey);
}

interface Setup {
  readonly configured?: readonly PeerId[];
  readonly wantsOthers?: () => boolean;
  /** Whether a relay has no place, now. */
  readonly isFull?: (relay: PeerId) => boolean;
}

/** Relays that are present, and what has happened at them. */
class World implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly logger = new FakeLogger();
  readonly present = new Set<PeerId>();
  readonly held = new Set<PeerId>();
  readonly asked: PeerId[] = [];
  readonly places: RelayPlaces;
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;

  constructor({ configured = [], wantsOthers = () => true, isFull = () => false }: Setup = {}) {
    this.places = new RelayPlaces({
      configured: new Set(configured.map(String)),
      relays: () => [...this.present],
      wantsOthers,
      hasPlace: (relay) => this.held.has(relay),
      takePlace: (relay) => {
        this.asked.push(relay);
        if (isFull(relay)) return Promise.reject(new Error("There is no place"));
        this.held.add(relay);
        return Promise.resolve();
      },
      clock: this.clock,
      logger: this.logger,
    });
    this.#ended = this.places.hold(this.#stopping.signal);
  }

  async change(change: () => void): Promise<void> {
    change();
    this.places.wake();
    await this.clock.advance(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }
}

Deno.test("RelayPlaces takes places at two of the relays that are met", async () => {
  const relays = await createIds(3);
  await using world = new World();
  await world.change(() => relays.forEach((relay) => world.present.add(relay)));
  assert.deepEqual([...world.held], relays.slice(0, 2));
  await world.change(() => {});
  assert.deepEqual(world.asked, relays.slice(0, 2));
});

Deno.test("RelayPlaces takes a place at every configured relay, however many there are", async () => {
  const relays = await createIds(5);
  await using world = new World({ configured: relays.slice(0, 3) });
  await world.change(() => relays.toReversed().forEach((relay) => world.present.add(relay)));
  assert.equal(world.held.size, 5);
});

Deno.test("RelayPlaces takes no place at others if the node needs none", async () => {
  const [own, other] = await createIds(2);
  assert.ok(own !== undefined && other !== undefined);
  await using world = new World({ configured: [own], wantsOthers: () => false });
  await world.change(() => [own, other].forEach((relay) => world.present.add(relay)));
  assert.deepEqual([...world.held], [own]);
});

Deno.test("RelayPlaces takes a lost place again, and another one in place of a relay that has gone", async () => {
  const [first, second, third] = await createIds(3);
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  await using world = new World();
  await world.change(() => [first, second, third].forEach((each) => world.present.add(each)));
  await world.change(() => world.held.delete(first));
  assert.ok(world.held.has(first));
  await world.change(() => {
    world.held.delete(first);
    world.present.delete(first);
  });
  assert.deepEqual([...world.held], [second, third]);
});

Deno.test("RelayPlaces tries a relay without a place again, less and less often", async () => {
  const [relay] = await createIds(1);
  assert.ok(relay !== undefined);
  let isFull = true;
  await using world = new World({ configured: [relay], isFull: () => isFull });
  await world.change(() => world.present.add(relay));
  assert.equal(world.asked.length, 1);
  for (let index = 0; index < 10; index++) await world.change(() => {});
  assert.equal(world.asked.length, 1, "news alone are no reason");
  await world.clock.advance(10 * 60 * 1000);
  const tries = world.asked.length;
  assert.ok(tries >= 4 && tries <= 40, `${tries} tries`);
  isFull = false;
  await world.clock.advance(10 * 60 * 1000);
  assert.ok(world.held.has(relay));
  const warnings = world.logger.lines.filter(([level]) => level === "warn");
  assert.equal(warnings.length, 1, "once is news");
});

Deno.test("RelayPlaces tries a relay at once that comes back", async () => {
  const [relay] = await createIds(1);
  assert.ok(relay !== undefined);
  await using world = new World({ isFull: () => true });
  await world.change(() => world.present.add(relay));
  await world.change(() => world.present.delete(relay));
  await world.change(() => world.present.add(relay));
  assert.equal(world.asked.length, 2);
});

Deno.test("RelayPlaces ends without a relay that does not answer", async () => {
  const [relay] = await createIds(1);
  assert.ok(relay !== undefined);
  const stopping = new AbortController();
  const asked = Promise.withResolvers<void>();
  const logger = new FakeLogger();
  const places = new RelayPlaces({
    ...{ configured: new Set<string>(), relays: () => [relay], wantsOthers: () => true },
    hasPlace: () => false,
    takePlace: () => {
      asked.resolve();
      return new Promise(() => {});
    },
    ...{ clock: new FakeClock(), logger },
  });
  const ended = places.hold(stopping.signal);
  await asked.promise;
  stopping.abort();
  await ended;
  assert.deepEqual(logger.lines, []);
});
