import assert from "node:assert/strict";
import { RecentPeers } from "../../../../src/taskqueue/local/recent_peers.ts";
import { SoleClaimer } from "../../../../src/taskqueue/local/sole_claimer.ts";

const claim = { worker: "w", types: ["a"] };

Deno.test("RecentPeers lists the newest first, each once, with what it knows", () => {
  const peers = new RecentPeers();
  peers.noteHeartbeat("a", "calls itself so", 1);
  peers.noteClaim("b", claim, 2);
  peers.noteClaim("a", claim, 3);
  peers.noteHeartbeat("b", "x".repeat(1_000), 4);
  const [b, a, ...others] = peers.list(5, 10);
  assert.deepEqual(others, []);
  assert.deepEqual(a, {
    peerId: "a",
    hint: "calls itself so",
    lastSeenMs: 3,
    lastClaimMs: 3,
    ...claim,
  });
  assert.deepEqual([b?.peerId, b?.hint.length, b?.lastClaimMs, b?.worker], ["b", 256, 2, "w"]);
  assert.equal(peers.list(5, 1).length, 1);
});

Deno.test("RecentPeers forgets peers, by age and by number", () => {
  const peers = new RecentPeers();
  for (let n = 0; n < 2_000; n++) peers.noteHeartbeat(`p${n}`, "", n);
  assert.equal(peers.list(2_000, 5_000).length, 1_024);
  assert.equal(peers.list(301_500, 5_000).length, 500);
  peers.noteClaim("new", claim, 400_000);
  assert.deepEqual(peers.list(400_000, 10).map(({ peerId }) => peerId), ["new"]);
  assert.equal(peers.lastClaimMs("p1999"), -Infinity);
  assert.equal(peers.lastClaimMs("new"), 400_000);
});

Deno.test("SoleClaimer knows whether anybody else has asked lately", () => {
  const sole = new SoleClaimer(10);
  assert.ok(sole.is("a", 0) && sole.exists(0));
  sole.note("a", 0);
  assert.ok(sole.is("a", 5) && sole.exists(5));
  assert.equal(sole.is("b", 10), false);
  assert.equal(sole.is("b", 11), true);
  sole.note("b", 20);
  sole.note("b", 21);
  sole.note("a", 22);
  assert.equal(sole.is("a", 31), false);
  assert.equal(sole.exists(31), false);
  assert.equal(sole.is("a", 32), true);
  assert.equal(sole.is("b", 32), false);
  assert.equal(sole.exists(32), true);
});
