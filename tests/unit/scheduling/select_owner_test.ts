import assert from "node:assert/strict";
import fc from "fast-check";
import {
  hammingDistance,
  merkleRoot,
  selectOwner,
  UnencodableTextError,
} from "../../../src/scheduling/mod.ts";
import vectors from "../../fixtures/scheduling/vectors.json" with { type: "json" };
import { sha256, slowOwner } from "./slow_owner.ts";

const clockHash = merkleRoot([["taskqueue-service", 0n]]);
const taskHash = sha256("t1:text-generation:gpt2");

Deno.test("selectOwner chooses as deployed peers do", () => {
  for (const vector of vectors.select_owner) {
    const { name, peer_ids: peerIds, clock_hash: clock, task_hash: task, combined } = vector;
    assert.equal(selectOwner({ peerIds, clockHash: clock, taskHash: task }), vector.owner, name);
    assert.equal(sha256(`${clock}:${task}`), combined);
    for (const { peer_id: peerId, peer_hash: hash, distance } of vector.candidates) {
      assert.equal(sha256(peerId), hash);
      assert.equal(hammingDistance(combined, hash), distance);
    }
  }
});

Deno.test("selectOwner moves owners with the clock as deployed peers do", () => {
  const { peer_ids: peerIds, task_hash: task, rows } = vectors.owner_moves_with_clock;
  for (const { service_clock_vector: vector, clock_hash: clock, owner } of rows) {
    assert.equal(merkleRoot([["taskqueue-service", BigInt(vector["taskqueue-service"])]]), clock);
    assert.equal(selectOwner({ peerIds, clockHash: clock, taskHash: task }), owner);
  }
});

Deno.test("selectOwner chooses as deployed workflow schedulers do, self first", () => {
  for (const vector of vectors.workflow_owner) {
    const peerIds = [vector.self, ...vector.known_peers_in_order];
    const clock = vector.clock_hash;
    assert.equal(
      merkleRoot(Object.entries(vector.clock_vector).map(([id, n]) => [id, BigInt(n ?? 0)])),
      clock,
    );
    assert.equal(
      selectOwner({ peerIds, clockHash: clock, taskHash: vector.task_hash }),
      vector.owner,
    );
  }
});

Deno.test("selectOwner lets the first of equally near peers win, duplicates at their first place", () => {
  const choose = (...peerIds: string[]): string => selectOwner({ peerIds, clockHash, taskHash });
  assert.equal(choose("peer-22", "peer-51", "peer-0"), "peer-22");
  assert.equal(choose("peer-51", "peer-22", "peer-0"), "peer-51");
  assert.equal(choose("peer-51", "peer-22", " peer-51 "), "peer-51");
  assert.equal(choose("peer-22", "peer-51", "peer-22"), "peer-22");
});

Deno.test("selectOwner drops blank ids, and has no owner without ids", () => {
  assert.equal(selectOwner({ peerIds: [], clockHash, taskHash }), "");
  assert.equal(selectOwner({ peerIds: ["", " \u3000", "\x1c"], clockHash, taskHash }), "");
  assert.equal(selectOwner({ peerIds: ["", "only"], clockHash, taskHash }), "only");
});

Deno.test("selectOwner refuses unpaired surrogates, as Python does", () => {
  const choose = (peerId: string, clock = clockHash) => () =>
    selectOwner({ peerIds: ["peer", peerId], clockHash: clock, taskHash });
  assert.throws(choose("\ud800"), UnencodableTextError);
  assert.throws(choose("other", "\udc00"), UnencodableTextError);
  choose("😀")();
});

Deno.test("selectOwner agrees with a slow and simple implementation", () => {
  const names = ["__proto__", "constructor", "toString", "10", "9", "1", "-1", " ", "é", "\ufeff"];
  const peerId = fc.oneof(
    fc.constantFrom(...names),
    fc.string({ unit: "grapheme" }),
    fc.nat({ max: 99 }).map((n) => ` peer-${n}\u2003`),
  );
  const peerIds = fc.array(peerId, { maxLength: 30 });
  fc.assert(
    fc.property(peerIds, fc.string(), fc.string(), (ids, clock, task) => {
      const input = { peerIds: ids, clockHash: sha256(clock), taskHash: sha256(task) };
      assert.equal(selectOwner(input), slowOwner(input));
    }),
    { numRuns: 300 },
  );
});
