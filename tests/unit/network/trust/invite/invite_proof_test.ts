import assert from "node:assert/strict";
import {
  createNonce,
  createProof,
  deriveInviteKey,
  isProof,
  type ProofSubject,
} from "../../../../../src/network/trust/invite/invite_proof.ts";

const SECRET = new Uint8Array(12).fill(7);
const SUBJECT: ProofSubject = {
  label: "joiner",
  inviter: "alice",
  joiner: "bob",
  inviterNonce: "n1",
  joinerNonce: "n2",
  body: "{}",
};

Deno.test("deriveInviteKey gives both sides the same, and others to other secrets", () => {
  const one = deriveInviteKey(SECRET);
  assert.deepEqual(one, deriveInviteKey(SECRET.slice()));
  assert.match(one.id, /^[0-9a-f]{16}$/);
  assert.equal(one.key.length, 32);
  const other = deriveInviteKey(new Uint8Array(12).fill(8));
  assert.notEqual(other.id, one.id);
  assert.notDeepEqual(other.key, one.key);
  // The id is no part of the key, as everybody may see it.
  assert.ok(!new TextDecoder("latin1").decode(one.key).includes(one.id.slice(0, 4)));
});

// docs/protocol.md, 7.2
Deno.test("createProof is the same in all versions", () => {
  // Computed by another program from the description of the protocol.
  const { id, key } = deriveInviteKey(SECRET);
  assert.equal(id, "fd507127573553e7");
  assert.equal(
    createProof(key, SUBJECT),
    "6cd815ac01ddf0c4664f06a3371d5dd19cd786dabe8108cd57e35f5623edbbb8",
  );
});

Deno.test("isProof holds for the very subject only", () => {
  const { key } = deriveInviteKey(SECRET);
  const proof = createProof(key, SUBJECT);
  assert.equal(isProof(key, SUBJECT, proof), true);
  const others: readonly ProofSubject[] = [
    { ...SUBJECT, label: "inviter" },
    { ...SUBJECT, label: "welcome" },
    { ...SUBJECT, inviter: "mallory" },
    { ...SUBJECT, joiner: "mallory" },
    { ...SUBJECT, inviter: "bob", joiner: "alice" },
    { ...SUBJECT, inviterNonce: "n3" },
    { ...SUBJECT, joinerNonce: "n3" },
    { ...SUBJECT, inviterNonce: "n2", joinerNonce: "n1" },
    { ...SUBJECT, body: "{} " },
    // The same characters, parted elsewhere.
    { ...SUBJECT, inviter: "aliceb", joiner: "ob" },
    { ...SUBJECT, joinerNonce: "n2{", body: "}" },
  ];
  for (const other of others) assert.equal(isProof(key, other, proof), false);
  const { key: otherKey } = deriveInviteKey(new Uint8Array(12).fill(8));
  assert.equal(isProof(otherKey, SUBJECT, proof), false);
});

Deno.test("isProof takes nothing else for a proof", () => {
  const { key } = deriveInviteKey(SECRET);
  const proof = createProof(key, SUBJECT);
  for (const wrong of ["", "00", proof.slice(2), `00${proof.slice(2)}`, "zz".repeat(32)]) {
    assert.equal(isProof(key, SUBJECT, wrong), false);
  }
});

Deno.test("createNonce is never the same", () => {
  const nonces = Array.from({ length: 100 }, createNonce);
  assert.equal(new Set(nonces).size, 100);
  for (const nonce of nonces) assert.match(nonce, /^[0-9a-f]{64}$/);
});
