import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import { RendezvousRefusedError } from "../../../../../src/network/discovery/rendezvous/errors.ts";
import type {
  DiscoverMessage,
  DiscoverResponse,
  Registration,
} from "../../../../../src/network/discovery/rendezvous/message.ts";
import {
  MAX_PEERS_PER_POINT,
  PAGE_SIZE,
  PointListing,
} from "../../../../../src/network/discovery/rendezvous/point_listing.ts";
import { FakeLogger } from "../../fake_logger.ts";
import { createFakePeerRecordCodec } from "../fake_peer_record_codec.ts";

/** A point that numbers its registrations and counts pages with them. */
class FakePoint {
  registrations: Registration[] = [];
  run = 1;
  readonly asked: DiscoverMessage[] = [];

  async add(count: number, prefix = "peer"): Promise<void> {
    for (let index = 0; index < count; index++) {
      const { seal } = createFakePeerRecordCodec(`${prefix} ${index}`);
      const signedPeerRecord = await seal(["/ip4/192.0.2.1/tcp/1"], 1n);
      this.registrations.push({ namespace: "a", signedPeerRecord, ttlSeconds: 7200 });
    }
  }

  ask = (request: DiscoverMessage): Promise<DiscoverResponse> => {
    this.asked.push(request);
    const [run = this.run, start = 0] = request.cookie ?? [];
    if (run !== this.run) return Promise.resolve(REFUSAL);
    const end = Math.min(this.registrations.length, start * PAGE_SIZE + (request.limit ?? 0));
    const registrations = this.registrations.slice(start * PAGE_SIZE, end);
    const cookie = Uint8Array.of(run, Math.ceil(end / PAGE_SIZE));
    return Promise.resolve({ type: "discover_response", status: "OK", registrations, cookie });
  };
}

const REFUSAL: DiscoverResponse = {
  type: "discover_response",
  status: "E_INVALID_COOKIE",
  registrations: [],
};

function createFixture(): { listing: PointListing; clock: FakeClock; logger: FakeLogger } {
  const clock = new FakeClock();
  const logger = new FakeLogger();
  const records = createFakePeerRecordCodec("reader");
  const listing = new PointListing({ point: "point", namespace: "a", records, clock, logger });
  return { listing, clock, logger };
}

function idsOf(listing: PointListing): readonly string[] {
  return listing.peers().map(({ record }) => record.peerId);
}

Deno.test("PointListing reads a list of several pages, and all of it each time while it is short", async () => {
  const { listing } = createFixture();
  const point = new FakePoint();
  await point.add(PAGE_SIZE);
  await listing.update(point.ask);
  assert.equal(idsOf(listing).length, PAGE_SIZE);
  point.registrations.shift();
  await listing.update(point.ask);
  assert.equal(idsOf(listing).includes("peer 0"), false);
  assert.deepEqual(point.asked[0], {
    type: "discover",
    namespace: "a",
    limit: PAGE_SIZE,
    cookie: undefined,
  });
});

Deno.test("PointListing asks for what is new in a long list, and now and then for all", async () => {
  const { listing, clock } = createFixture();
  const point = new FakePoint();
  await point.add(2 * PAGE_SIZE);
  await listing.update(point.ask);
  point.asked.length = 0;
  await point.add(1, "new");
  await listing.update(point.ask);
  assert.ok(idsOf(listing).includes("new 0"));
  assert.ok(point.asked.every(({ cookie }) => cookie !== undefined), "only what is new");
  point.registrations.shift();
  await clock.advance(5 * 60 * 1000);
  await listing.update(point.ask);
  assert.equal(idsOf(listing).length, 2 * PAGE_SIZE);
});

Deno.test("PointListing reads all when the point has started anew", async () => {
  const { listing } = createFixture();
  const point = new FakePoint();
  await point.add(2 * PAGE_SIZE);
  await listing.update(point.ask);
  point.run = 2;
  point.registrations = [];
  await point.add(3, "other");
  await listing.update(point.ask);
  assert.deepEqual(idsOf(listing), ["other 0", "other 1", "other 2"]);
});

Deno.test("PointListing forgets a peer whose registration is over", async () => {
  const { listing, clock } = createFixture();
  const point = new FakePoint();
  await point.add(1);
  await listing.update(point.ask);
  assert.deepEqual(listing.peers().map(({ ttlMs }) => ttlMs), [7_200_000]);
  await clock.advance(7_200_000);
  assert.deepEqual(listing.peers(), []);
});

Deno.test("PointListing drops what is not signed, too large, or of another namespace", async () => {
  const { listing, logger } = createFixture();
  const point = new FakePoint();
  await point.add(1);
  const [good] = point.registrations;
  assert.ok(good !== undefined);
  point.registrations.unshift(
    { namespace: "a", signedPeerRecord: new Uint8Array(0) },
    { namespace: "a", signedPeerRecord: new Uint8Array(20_000) },
    { ...good, namespace: "b" },
    { namespace: "a", signedPeerRecord: good.signedPeerRecord.map((byte) => byte ^ 1) },
  );
  await listing.update(point.ask);
  assert.deepEqual(idsOf(listing), ["peer 0"]);
  const dropped = logger.lines.filter(([, text]) => text === "Rendezvous registration dropped");
  assert.equal(dropped.length, 3);
});

Deno.test("PointListing stops reading a list without end", async () => {
  const { listing } = createFixture();
  const endless = new FakePoint();
  await endless.add(MAX_PEERS_PER_POINT + PAGE_SIZE);
  await listing.update(endless.ask);
  assert.equal(listing.peers().length, MAX_PEERS_PER_POINT);
  assert.equal(listing.isComplete, false);
  const same = new FakePoint();
  await same.add(1);
  let asked = 0;
  await createFixture().listing.update(async () => {
    asked++;
    return { ...await same.ask({ type: "discover", limit: 1 }), cookie: Uint8Array.of(1) };
  });
  assert.equal(asked, 2);
});

Deno.test("PointListing keeps what it has when the point refuses", async () => {
  const { listing } = createFixture();
  const point = new FakePoint();
  await point.add(1);
  await listing.update(point.ask);
  const refuse = () => Promise.resolve({ ...REFUSAL, status: "E_UNAVAILABLE" as const });
  await assert.rejects(listing.update(refuse), (error) => {
    assert.ok(error instanceof RendezvousRefusedError);
    assert.equal(
      error.message,
      'Cannot use rendezvous point as it refuses the request (E_UNAVAILABLE): point "point"',
    );
    return true;
  });
  assert.deepEqual(idsOf(listing), ["peer 0"]);
});
