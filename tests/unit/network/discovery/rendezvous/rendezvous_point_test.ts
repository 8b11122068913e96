import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import {
  DEFAULT_RENDEZVOUS_LIMITS,
  type RendezvousLimits,
} from "../../../../../src/network/discovery/rendezvous/limits.ts";
import type {
  DiscoverMessage,
  DiscoverResponse,
  RegisterMessage,
  RendezvousResponse,
} from "../../../../../src/network/discovery/rendezvous/message.ts";
import { RendezvousPoint } from "../../../../../src/network/discovery/rendezvous/rendezvous_point.ts";
import { FakeLogger } from "../../fake_logger.ts";
import { createFakePeerRecordCodec } from "../fake_peer_record_codec.ts";

const HOUR_SECONDS = 3600;
const ADDRESS = "/ip4/192.0.2.1/tcp/9710";

interface PointOptions {
  readonly limits?: Partial<RendezvousLimits>;
  readonly mayUse?: (peerId: string) => boolean;
}

class Fixture {
  readonly clock = new FakeClock();
  readonly logger = new FakeLogger();
  readonly point: RendezvousPoint;

  constructor({ limits = {}, mayUse = () => true }: PointOptions = {}) {
    this.point = new RendezvousPoint({
      records: createFakePeerRecordCodec("the point"),
      clock: this.clock,
      limits: { ...DEFAULT_RENDEZVOUS_LIMITS, ...limits },
      mayUse,
      logger: this.logger,
    });
  }

  async register(
    peerId: string,
    fields: Partial<RegisterMessage> = {},
  ): Promise<RendezvousResponse | undefined> {
    const signedPeerRecord = await createFakePeerRecordCodec(peerId).seal([ADDRESS], 1n);
    const message = { type: "register", namespace: "a", signedPeerRecord, ...fields } as const;
    return await this.point.answer(peerId, message);
  }

  async discover(fields: Partial<DiscoverMessage> = {}): Promise<DiscoverResponse> {
    const request = { type: "discover", namespace: "a", ...fields } as const;
    const response = await this.point.answer("reader", request);
    assert.ok(response?.type === "discover_response");
    return response;
  }

  async peers(fields: Partial<DiscoverMessage> = {}): Promise<readonly string[]> {
    const { registrations, status } = await this.discover(fields);
    assert.equal(status, "OK");
    const { open } = createFakePeerRecordCodec("reader");
    return await Promise.all(
      registrations.map(async ({ signedPeerRecord }) => (await open(signedPeerRecord)).peerId),
    );
  }
}

Deno.test("RendezvousPoint tells the others who has registered, with the record as it came", async () => {
  const fixture = new Fixture();
  const signedPeerRecord = await createFakePeerRecordCodec("alice").seal([ADDRESS], 9n);
  const answer = await fixture.register("alice", { signedPeerRecord, ttlSeconds: 9000 });
  assert.deepEqual(answer, { type: "register_response", status: "OK", ttlSeconds: 9000 });
  await fixture.clock.advance(1500);
  const { registrations, status } = await fixture.discover();
  assert.equal(status, "OK");
  assert.deepEqual(registrations, [{ namespace: "a", signedPeerRecord, ttlSeconds: 8998 }]);
});

Deno.test("RendezvousPoint keeps a registration for 2 hours if nothing else is said", async () => {
  const fixture = new Fixture();
  for (const ttlSeconds of [undefined, 0]) {
    const answer = await fixture.register("alice", { ttlSeconds });
    assert.deepEqual(answer, {
      type: "register_response",
      status: "OK",
      ttlSeconds: 2 * HOUR_SECONDS,
    });
  }
  await fixture.clock.advance(2 * HOUR_SECONDS * 1000 - 1);
  assert.deepEqual(await fixture.peers(), ["alice"]);
  await fixture.clock.advance(1);
  assert.deepEqual(await fixture.peers(), []);
});

Deno.test("RendezvousPoint refuses a TTL below 2 and above 72 hours", async () => {
  const fixture = new Fixture();
  for (const ttlSeconds of [1, 2 * HOUR_SECONDS - 1, 72 * HOUR_SECONDS + 1, 2 ** 53 - 1]) {
    const answer = await fixture.register("alice", { ttlSeconds });
    assert.equal(answer?.status, "E_INVALID_TTL", String(ttlSeconds));
  }
  for (const ttlSeconds of [2 * HOUR_SECONDS, 72 * HOUR_SECONDS]) {
    assert.equal((await fixture.register("alice", { ttlSeconds }))?.status, "OK");
  }
});

Deno.test("RendezvousPoint refuses what is no namespace", async () => {
  const fixture = new Fixture();
  for (const namespace of ["", "n".repeat(256), "ü".repeat(128)]) {
    assert.equal((await fixture.register("alice", { namespace }))?.status, "E_INVALID_NAMESPACE");
  }
  const { status } = await fixture.discover({ namespace: "n".repeat(256) });
  assert.equal(status, "E_INVALID_NAMESPACE");
  assert.equal((await fixture.register("alice", { namespace: "n".repeat(255) }))?.status, "OK");
});

Deno.test("RendezvousPoint lets a peer register nobody but itself", async () => {
  const fixture = new Fixture();
  const signedPeerRecord = await createFakePeerRecordCodec("alice").seal([ADDRESS], 1n);
  const answer = await fixture.register("mallory", { signedPeerRecord });
  assert.equal(answer?.status, "E_NOT_AUTHORIZED");
  await fixture.register("alice");
  await fixture.point.answer("mallory", { type: "unregister", namespace: "a" });
  assert.deepEqual(await fixture.peers(), ["alice"]);
});

Deno.test("RendezvousPoint refuses a record that is broken, empty or large", async () => {
  const fixture = new Fixture({ limits: { maxRecordBytes: 500 } });
  const { seal } = createFakePeerRecordCodec("alice");
  const records = [
    new Uint8Array(0),
    Uint8Array.of(1, 2, 3),
    await seal([], 1n),
    await seal(Array.from({ length: 20 }, () => ADDRESS), 1n),
  ];
  for (const signedPeerRecord of records) {
    const answer = await fixture.register("alice", { signedPeerRecord });
    assert.equal(answer?.status, "E_INVALID_SIGNED_PEER_RECORD");
  }
});

Deno.test("RendezvousPoint forgets a peer that unregisters, without an answer", async () => {
  const fixture = new Fixture();
  await fixture.register("alice");
  const request = { type: "unregister", namespace: "a" } as const;
  assert.equal(await fixture.point.answer("alice", request), undefined);
  assert.equal(await fixture.point.answer("alice", request), undefined);
  assert.deepEqual(await fixture.peers(), []);
});

Deno.test("RendezvousPoint gives to whoever has a cookie only what is new", async () => {
  const fixture = new Fixture();
  await fixture.register("alice");
  const first = await fixture.discover();
  const nothing = await fixture.discover({ cookie: first.cookie });
  assert.deepEqual(nothing.registrations, []);
  await fixture.register("bob");
  assert.deepEqual(await fixture.peers({ cookie: first.cookie }), ["bob"]);
  assert.deepEqual(await fixture.peers({ cookie: nothing.cookie }), ["bob"]);
  await fixture.register("alice");
  assert.deepEqual(await fixture.peers({ cookie: first.cookie }), ["bob", "alice"]);
});

Deno.test("RendezvousPoint gives a long list in parts, none twice", async () => {
  const fixture = new Fixture({ limits: { maxRegistrationsPerAnswer: 4 } });
  const all = Array.from({ length: 10 }, (_, index) => `peer ${index}`);
  for (const peerId of all) await fixture.register(peerId);
  for (const limit of [undefined, 0, 3, 100]) {
    const seen: string[] = [];
    let cookie: Uint8Array | undefined;
    for (let page = await fixture.peers({ limit }); page.length > 0;) {
      assert.ok(page.length <= Math.min(limit || 4, 4));
      seen.push(...page);
      cookie = (await fixture.discover({ limit, cookie })).cookie;
      page = await fixture.peers({ limit, cookie });
    }
    assert.deepEqual(seen, all);
  }
});

Deno.test("RendezvousPoint limits the bytes of an answer, but always gets on", async () => {
  const fixture = new Fixture({ limits: { maxAnswerBytes: 1 } });
  await fixture.register("alice");
  await fixture.register("bob");
  const { cookie } = await fixture.discover();
  assert.deepEqual(await fixture.peers(), ["alice"]);
  assert.deepEqual(await fixture.peers({ cookie }), ["bob"]);
});

Deno.test("RendezvousPoint refuses a cookie from elsewhere", async () => {
  const fixture = new Fixture();
  const { cookie } = await fixture.discover();
  const foreign = (await new Fixture().discover()).cookie;
  const wrong = [
    { namespace: "b", cookie },
    { namespace: undefined, cookie },
    { cookie: foreign },
    { cookie: Uint8Array.of(1) },
  ];
  for (const fields of wrong) {
    assert.equal((await fixture.discover(fields)).status, "E_INVALID_COOKIE");
  }
  assert.equal((await fixture.discover({ cookie: new Uint8Array(0) })).status, "OK");
});

Deno.test("RendezvousPoint tells of all namespaces if none is given", async () => {
  const fixture = new Fixture();
  await fixture.register("alice");
  await fixture.register("bob", { namespace: "b" });
  for (const namespace of [undefined, ""]) {
    const { registrations } = await fixture.discover({ namespace });
    assert.deepEqual(registrations.map((one) => one.namespace), ["a", "b"]);
  }
});

Deno.test("RendezvousPoint is closed to those that may not use it, but lets them leave", async () => {
  const allowed = new Set(["alice", "reader"]);
  const fixture = new Fixture({ mayUse: (peerId) => allowed.has(peerId) });
  await fixture.register("alice");
  assert.equal((await fixture.register("mallory"))?.status, "E_NOT_AUTHORIZED");
  allowed.delete("alice");
  await fixture.point.answer("alice", { type: "unregister", namespace: "a" });
  assert.deepEqual(await fixture.peers(), []);
  allowed.delete("reader");
  assert.equal((await fixture.discover()).status, "E_NOT_AUTHORIZED");
});

Deno.test("RendezvousPoint says when it is full, and lets others renew", async () => {
  const fixture = new Fixture({
    limits: { maxPeersPerNamespace: 1, maxRegistrationsPerPeer: 1 },
  });
  assert.equal((await fixture.register("alice"))?.status, "OK");
  const full = await fixture.register("bob");
  assert.deepEqual([full?.status, full?.statusText], ["E_UNAVAILABLE", "the namespace is full"]);
  const many = await fixture.register("alice", { namespace: "b" });
  assert.equal(many?.status, "E_NOT_AUTHORIZED");
  assert.equal((await fixture.register("alice"))?.status, "OK");
});

Deno.test("RendezvousPoint counts and logs what it refuses", async () => {
  const fixture = new Fixture();
  await fixture.register("alice");
  await fixture.register("alice", { ttlSeconds: 1 });
  await fixture.register("alice", { namespace: "" });
  await fixture.discover({ cookie: Uint8Array.of(1) });
  fixture.point.refuse("alice", { type: "discover" });
  assert.deepEqual(fixture.point.statistics(), {
    registrations: 1,
    refused: {
      E_INVALID_TTL: 1,
      E_INVALID_NAMESPACE: 1,
      E_INVALID_COOKIE: 1,
      E_UNAVAILABLE: 1,
    },
  });
  const [level, message, fields] = fixture.logger.lines[0] ?? [];
  assert.deepEqual([level, message], ["debug", "Rendezvous request refused"]);
  assert.deepEqual(fields, {
    peerId: "alice",
    op: "register",
    status: "E_INVALID_TTL",
    reason: "the TTL is not from 7200 to 259200 seconds",
  });
});
