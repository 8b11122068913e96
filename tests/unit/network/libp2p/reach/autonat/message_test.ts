import assert from "node:assert/strict";
import { InvalidProtobufError } from "../../../../../../src/codec/mod.ts";
import {
  type AutonatMessage,
  decodeDialBack,
  decodeMessage,
  encodeDialBack,
  encodeDialBackResponse,
  encodeMessage,
} from "../../../../../../src/network/libp2p/reach/autonat/message.ts";

const NONCE = Uint8Array.fromHex("0102030405060708");

/** What protoc makes of the messages of the specification. */
const VECTORS: readonly (readonly [string, AutonatMessage, string])[] = [
  [
    "a request",
    { type: "dialRequest", addresses: [Uint8Array.fromHex("0408080808062600")], nonce: NONCE },
    "0a13" + "0a080408080808062600" + "110102030405060708",
  ],
  [
    "an answer",
    { type: "dialResponse", status: 200, addressIndex: 1, dialStatus: 100 },
    "1207" + "08c801" + "1001" + "1864",
  ],
  [
    "a request for data",
    { type: "dialDataRequest", addressIndex: 0, bytes: 30_000 },
    "1a06" + "0800" + "10b0ea01",
  ],
  ["data", { type: "dialDataResponse", data: new Uint8Array(2) }, "2204" + "0a020000"],
];

for (const [name, message, hex] of VECTORS) {
  Deno.test(`encodeMessage and decodeMessage know ${name}`, () => {
    assert.equal(encodeMessage(message).toHex(), hex);
    assert.deepEqual(decodeMessage(Uint8Array.fromHex(hex)), message);
  });
}

Deno.test("decodeMessage takes what is left out for its default", () => {
  assert.deepEqual(decodeMessage(Uint8Array.fromHex("1203" + "08c801")), {
    type: "dialResponse",
    status: 200,
    addressIndex: 0,
    dialStatus: 0,
  });
});

Deno.test("decodeMessage refuses what is no message", () => {
  for (
    const hex of ["", "ff", "2a00", "0a05", "0a021107", "0a0911010203040506070", "0b00", "0a00"]
      .filter((text) => text.length % 2 === 0)
  ) {
    assert.throws(() => decodeMessage(Uint8Array.fromHex(hex)), InvalidProtobufError, hex);
  }
});

Deno.test("encodeDialBack and decodeDialBack carry the nonce", () => {
  assert.equal(encodeDialBack(NONCE).toHex(), "090102030405060708");
  assert.deepEqual(decodeDialBack(encodeDialBack(NONCE)), NONCE);
  assert.throws(() => decodeDialBack(new Uint8Array(0)), InvalidProtobufError);
  assert.equal(encodeDialBackResponse().toHex(), "0800");
});
