import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import type { Offence } from "../../../../src/network/mod.ts";
import { offenceOf } from "../../../../src/network/conduct/mod.ts";
import { OFFENCE_WEIGHTS } from "../../../../src/network/conduct/offence.ts";
import { PeerConduct } from "../../../../src/network/conduct/peer_conduct.ts";
import { FakeLogger } from "../fake_logger.ts";

const MINUTE_MS = 60_000;
const POLICY = {
  refusalOf: (peerId: string) => peerId === "judas" ? "revoked" : undefined,
  isTrusted: (peerId: string) => peerId === "friend",
};

function countUntilBanned(conduct: PeerConduct, offence: Offence): number {
  for (let count = 1; count <= 1_000; count++) {
    if (conduct.noteOffence("mallory", offence)) return count;
  }
  return Infinity;
}

Deno.test("PeerConduct bans who misbehaves again and again, sooner for worse offences", () => {
  const counts = Object.keys(OFFENCE_WEIGHTS).map((offence) => {
    const conduct = new PeerConduct({ clock: new FakeClock() });
    return [offence, countUntilBanned(conduct, offence as Offence)];
  });
  assert.deepEqual(Object.fromEntries(counts), {
    "flood": 200,
    "malformed": 10,
    "too_large": 10,
    "too_slow": 20,
    "unauthorized": 500,
    "bad_proof": 10,
  });
});

Deno.test("PeerConduct says why a peer may not be connected", async () => {
  const clock = new FakeClock();
  const conduct = new PeerConduct({ policy: POLICY, clock });
  assert.equal(conduct.refusalOf("judas"), "revoked");
  assert.equal(conduct.refusalOf("mallory"), undefined);
  countUntilBanned(conduct, "malformed");
  assert.equal(conduct.refusalOf("mallory"), "banned");
  await clock.advance(MINUTE_MS);
  assert.equal(conduct.refusalOf("mallory"), undefined);
});

Deno.test("PeerConduct never bans a trusted peer, and lifts the ban of who becomes one", () => {
  const trusted = new Set(["friend"]);
  const policy = { ...POLICY, isTrusted: (peerId: string) => trusted.has(peerId) };
  const conduct = new PeerConduct({ policy, clock: new FakeClock() });
  for (let count = 0; count < 100; count++) conduct.noteOffence("friend", "malformed");
  assert.equal(conduct.refusalOf("friend"), undefined);
  countUntilBanned(conduct, "malformed");
  trusted.add("mallory");
  assert.equal(conduct.refusalOf("mallory"), undefined);
});

Deno.test("PeerConduct lets a worker with a wrong token ask once a second for ever", async () => {
  const clock = new FakeClock();
  const conduct = new PeerConduct({ clock });
  for (let second = 0; second < 7_200; second++) {
    assert.equal(conduct.noteOffence("worker", "unauthorized"), false);
    await clock.advance(1_000);
  }
});

Deno.test("PeerConduct warns of a ban, once", () => {
  const logger = new FakeLogger();
  const conduct = new PeerConduct({ clock: new FakeClock(), logger });
  for (let count = 0; count < 30; count++) conduct.noteOffence("mallory", "malformed");
  assert.deepEqual(logger.lines.filter(([level]) => level === "warn"), [[
    "warn",
    "Peer is banned for a while",
    { peerId: "mallory", offence: "malformed", durationMs: MINUTE_MS, count: 1 },
  ]]);
});

Deno.test("offenceOf knows what is an offence, and what may happen to anybody", () => {
  assert.equal(offenceOf("frame_too_large"), "too_large");
  assert.equal(offenceOf("invalid_json"), "malformed");
  assert.equal(offenceOf("request_timeout"), "too_slow");
  assert.equal(offenceOf("bad_token"), "unauthorized");
  for (
    const code of ["unknown_op", "task_not_found", "forbidden", "too_many_requests", "toString"]
  ) {
    assert.equal(offenceOf(code), undefined);
  }
});
