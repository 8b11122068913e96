import assert from "node:assert/strict";
import fc from "fast-check";
import { InvalidProtobufError, ProtobufFields, ProtobufWriter } from "../../../src/codec/mod.ts";

const NUMBER = Uint8Array.fromHex("0102030405060708");

Deno.test("ProtobufWriter writes what other implementations write", () => {
  // The examples of the encoding's documentation.
  assert.equal(new ProtobufWriter().number(1, 150).finish().toHex(), "089601");
  assert.equal(new ProtobufWriter().text(2, "testing").finish().toHex(), "120774657374696e67");
  const inner = new ProtobufWriter().number(1, 150);
  assert.equal(new ProtobufWriter().message(3, inner).finish().toHex(), "1a03089601");
  assert.equal(new ProtobufWriter().fixed64(1, NUMBER).finish().toHex(), "090102030405060708");
});

Deno.test("ProtobufWriter leaves out what is undefined", () => {
  const writer = new ProtobufWriter().number(1, undefined).text(2, undefined).bytes(3, undefined);
  assert.equal(writer.finish().length, 0);
});

Deno.test("ProtobufWriter refuses a number of fixed size that has another one", () => {
  assert.throws(() => new ProtobufWriter().fixed64(1, new Uint8Array(7)), RangeError);
});

Deno.test("ProtobufFields reads what ProtobufWriter has written", () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  const whole = fc.maxSafeNat();
  fc.assert(fc.property(whole, fc.string({ unit: "grapheme" }), bytes, (number, text, data) => {
    const writer = new ProtobufWriter().number(1, number).text(2, text).bytes(3, data);
    const fields = new ProtobufFields(writer.bytes(3, data).fixed64(40, NUMBER).finish());
    assert.equal(fields.number(1), number);
    assert.equal(fields.text(2), text);
    assert.deepEqual(fields.allBytes(3), [data, data]);
    assert.deepEqual(fields.fixed64(40), NUMBER);
  }));
});

Deno.test("ProtobufFields takes the last of several, and none of another kind", () => {
  const fields = new ProtobufFields(
    new ProtobufWriter().number(1, 1).number(1, 2).text(1, "a").fixed64(1, NUMBER).number(2, 3)
      .finish(),
  );
  assert.deepEqual([fields.number(1), fields.text(1)], [2, "a"]);
  assert.deepEqual([fields.bytes(2), fields.fixed64(2), fields.number(3)], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("ProtobufFields passes over 4 bytes of fixed size", () => {
  const fields = new ProtobufFields(Uint8Array.fromHex("0d01020304" + "1005"));
  assert.deepEqual([fields.bytes(1), fields.fixed64(1), fields.number(2)], [
    undefined,
    undefined,
    5,
  ]);
});

Deno.test("ProtobufFields reads a message or throws its own error, whatever the bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        new ProtobufFields(bytes).text(1);
      } catch (error) {
        assert.ok(error instanceof InvalidProtobufError, String(error));
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("ProtobufFields refuses more fields than any message has", () => {
  const bytes = Uint8Array.from({ length: 2 * 4096 }, (_, index) => index % 2 === 0 ? 0x48 : 0);
  new ProtobufFields(bytes);
  assert.throws(() => new ProtobufFields(Uint8Array.of(...bytes, 0x48, 0)), /too many fields/);
});
