import assert from "node:assert/strict";
import { concatBytes } from "../../../../../src/codec/mod.ts";
import { encodeVarint } from "../../../../../src/codec/varint.ts";
import { MessageCounter } from "../../../../../src/network/libp2p/kad/message_counter.ts";

const LENGTHS = [0, 1, 127, 128, 300, 0, 20_000];
const BYTES = concatBytes(
  LENGTHS.flatMap((length) => [encodeVarint(length), new Uint8Array(length).fill(0xff)]),
);

Deno.test("MessageCounter counts messages in whatever pieces they come", () => {
  for (const size of [1, 2, 3, 127, 128, 1_000, BYTES.length]) {
    const counter = new MessageCounter();
    let begun = 0;
    for (let at = 0; at < BYTES.length; at += size) {
      begun += counter.count(BYTES.subarray(at, at + size));
    }
    assert.equal(begun, LENGTHS.length, `in pieces of ${size}`);
  }
});

Deno.test("MessageCounter counts a message when its length begins", () => {
  const counter = new MessageCounter();
  assert.equal(counter.count(Uint8Array.of(0x80)), 1);
  assert.equal(counter.count(Uint8Array.of(0x01)), 0);
  assert.equal(counter.count(new Uint8Array(128)), 0);
  assert.equal(counter.count(Uint8Array.of(0, 0)), 2);
});
