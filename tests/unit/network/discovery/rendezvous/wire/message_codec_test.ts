import assert from "node:assert/strict";
import fc from "fast-check";
import { RendezvousMessageError } from "../../../../../../src/network/discovery/rendezvous/errors.ts";
import type { RendezvousMessage } from "../../../../../../src/network/discovery/rendezvous/message.ts";
import { decodeMessage } from "../../../../../../src/network/discovery/rendezvous/wire/decode_message.ts";
import { encodeMessage } from "../../../../../../src/network/discovery/rendezvous/wire/encode_message.ts";
import { anyMessage } from "./messages.ts";

/** Made with another protobuf implementation (protobufjs) from the schema of the specification. */
const VECTORS: readonly (readonly [hex: string, message: RendezvousMessage])[] = [
  ["080012100a066d792d617070120301020318a038", {
    type: "register",
    namespace: "my-app",
    signedPeerRecord: Uint8Array.of(1, 2, 3),
    ttlSeconds: 7200,
  }],
  ["0800120d0a066d792d6170701203010203", {
    type: "register",
    namespace: "my-app",
    signedPeerRecord: Uint8Array.of(1, 2, 3),
  }],
  ["08011a0608001880e90f", { type: "register_response", status: "OK", ttlSeconds: 259200 }],
  ["08011a0c08661208746f6f206c6f6e67", {
    type: "register_response",
    status: "E_INVALID_TTL",
    statusText: "too long",
  }],
  ["080222080a066d792d617070", { type: "unregister", namespace: "my-app" }],
  ["08032a00", { type: "discover" }],
  ["08032a0f0a076772c3bcc39f6510641a02ff00", {
    type: "discover",
    namespace: "grüße",
    limit: 100,
    cookie: Uint8Array.of(255, 0),
  }],
  ["0804321c0a080a016112010918010a0b0a0162120208071880e90f1201051800", {
    type: "discover_response",
    registrations: [
      { namespace: "a", signedPeerRecord: Uint8Array.of(9), ttlSeconds: 1 },
      { namespace: "b", signedPeerRecord: Uint8Array.of(8, 7), ttlSeconds: 259200 },
    ],
    cookie: Uint8Array.of(5),
    status: "OK",
  }],
  ["08043209189003220462757379", {
    type: "discover_response",
    registrations: [],
    status: "E_UNAVAILABLE",
    statusText: "busy",
  }],
];

Deno.test("encodeMessage writes the bytes that other implementations write", () => {
  for (const [hex, message] of VECTORS) assert.equal(encodeMessage(message).toHex(), hex);
});

Deno.test("decodeMessage reads the bytes that other implementations write", () => {
  for (const [hex, message] of VECTORS) {
    assert.deepEqual(decodeMessage(Uint8Array.fromHex(hex)), message);
  }
});

Deno.test("decodeMessage reads what encodeMessage has written", () => {
  fc.assert(fc.property(anyMessage, (message) => {
    assert.deepEqual(decodeMessage(encodeMessage(message)), message);
  }));
});

Deno.test("decodeMessage ends with a message or its own error, whatever the bytes", () => {
  const tryDecode = (bytes: Uint8Array): void => {
    try {
      decodeMessage(bytes);
    } catch (error) {
      assert.ok(error instanceof RendezvousMessageError, String(error));
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), tryDecode), { numRuns: 1000 });
  const damaged = fc.tuple(anyMessage, fc.nat(), fc.nat(255), fc.nat());
  fc.assert(
    fc.property(damaged, ([message, at, byte, end]) => {
      const bytes = encodeMessage(message);
      bytes[at % bytes.length] = byte;
      tryDecode(bytes.subarray(0, 1 + end % bytes.length));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("decodeMessage takes what is missing for its default, as some leave defaults out", () => {
  const read = (hex: string): RendezvousMessage => decodeMessage(Uint8Array.fromHex(hex));
  const nothing = new Uint8Array(0);
  assert.deepEqual(read("1200"), { type: "register", namespace: "", signedPeerRecord: nothing });
  assert.deepEqual(read("08011a00"), { type: "register_response", status: "OK" });
});

Deno.test("decodeMessage passes over fields that it does not know", () => {
  // Field 9 as a varint, of 8 bytes, of 4 bytes, and delimited; then the text of `unregister` twice.
  const hex = "4801" + "490000000000000000" + "4d00000000" + "4a0161" + "0802" +
    "2209" + "0a0161" + "0a0162" + "120163";
  const message = decodeMessage(Uint8Array.fromHex(hex));
  assert.deepEqual(message, { type: "unregister", namespace: "b" });
});

Deno.test("decodeMessage never takes an unknown status for success", () => {
  const message = decodeMessage(Uint8Array.fromHex("08011a0308e707"));
  assert.deepEqual(message, { type: "register_response", status: "E_INTERNAL_ERROR" });
});

Deno.test("decodeMessage keeps what goes into logs short and in one line", () => {
  const statusText = "a\nb\u001b[31m" + "x".repeat(1000);
  const bytes = encodeMessage({ type: "register_response", status: "E_UNAVAILABLE", statusText });
  const message = decodeMessage(bytes);
  assert.ok(message.type === "register_response");
  assert.equal(message.statusText?.length, 200);
  assert.ok(message.statusText?.startsWith("a b [31mxx"));
});

Deno.test("decodeMessage says what is wrong", () => {
  const broken: readonly (readonly [string, RegExp])[] = [
    ["0805320100", /of no known type/],
    ["0800", /no body of its type/],
    ["08", /ends within a number/],
    ["80808080808080808080800122", /a number is too long/],
    ["1205", /ends within a field/],
    ["0000", /number 0/],
    ["0b00", /of no known kind/],
    ["080222030a01ff", /not UTF-8/],
    ["0802" + "22ff9cff01", /ends within a field/],
  ];
  for (const [hex, reason] of broken) {
    assert.throws(() => decodeMessage(Uint8Array.fromHex(hex)), (error) => {
      assert.ok(error instanceof RendezvousMessageError);
      assert.match(error.message, reason, hex);
      return true;
    });
  }
});

Deno.test("decodeMessage refuses a message that is all small fields", () => {
  const bytes = new Uint8Array(10_000).map((_, index) => index % 2 === 0 ? 0x48 : 0);
  assert.throws(() => decodeMessage(bytes), /too many fields/);
});
