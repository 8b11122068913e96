import assert from "node:assert/strict";
import fc from "fast-check";
import { FrameTooLargeError, InvalidUtf8Error, LineDecoder } from "../../../src/codec/mod.ts";
import { cut } from "./cut.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

Deno.test("LineDecoder splits at line feeds and drops one carriage return before each", () => {
  const decoder = new LineDecoder({ maxLineBytes: 100 });
  const lines = [...decoder.decode(encode("one\r\n\n\r\ntw\ro\r\r\nrest"))];
  assert.deepEqual(lines, ["one", "", "", "tw\ro\r"]);
  assert.equal(decoder.end(), "rest");
  assert.equal(decoder.end(), undefined);
});

Deno.test("LineDecoder keeps what the reader has left", () => {
  const decoder = new LineDecoder({ maxLineBytes: 100 });
  const [first] = decoder.decode(encode("one\ntwo\nthr"));
  assert.equal(first, "one");
  assert.deepEqual([...decoder.decode(encode("ee\n"))], ["two", "three"]);
});

Deno.test("LineDecoder allows exactly its limit, with either line break", () => {
  for (const text of ["12345\n", "12345\r\n"]) {
    assert.deepEqual([...new LineDecoder({ maxLineBytes: 5 }).decode(encode(text))], ["12345"]);
    assert.throws(() => [...new LineDecoder({ maxLineBytes: 4 }).decode(encode(text))], {
      name: "FrameTooLargeError",
      code: "frame_too_large",
      sizeBytes: 5,
      maxBytes: 4,
    });
  }
});

Deno.test("LineDecoder refuses a line that is too long before it has ended", () => {
  const decoder = new LineDecoder({ maxLineBytes: 4 });
  assert.deepEqual([...decoder.decode(encode("12345"))], []);
  assert.throws(() => [...decoder.decode(encode("6"))], FrameTooLargeError);
  const ending = new LineDecoder({ maxLineBytes: 4 });
  assert.deepEqual([...ending.decode(encode("12345"))], []);
  assert.throws(() => ending.end(), FrameTooLargeError);
});

Deno.test("LineDecoder refuses bytes that are not UTF-8, after the lines before them", () => {
  const decoder = new LineDecoder({ maxLineBytes: 100 });
  const lines = decoder.decode(Uint8Array.of(0x61, 0x0a, 0xc3, 0x28, 0x0a));
  assert.equal(lines.next().value, "a");
  assert.throws(() => lines.next(), InvalidUtf8Error);
  const ending = new LineDecoder({ maxLineBytes: 100 });
  assert.deepEqual([...ending.decode(Uint8Array.of(0xc3))], []);
  assert.throws(() => ending.end(), InvalidUtf8Error);
});

Deno.test("LineDecoder gives the same lines however the bytes are cut", () => {
  const line = fc.string({ unit: "binary", maxLength: 20 }).map((text) =>
    text.replace(/[\r\n]/g, "")
  );
  fc.assert(fc.property(fc.array(line), line, cut, (lines, rest, cutUp) => {
    const decoder = new LineDecoder({ maxLineBytes: 1_000 });
    const chunks = cutUp(encode(lines.map((text) => `${text}\n`).join("") + rest));
    assert.deepEqual(chunks.flatMap((chunk) => [...decoder.decode(chunk)]), lines);
    assert.equal(decoder.end() ?? "", rest);
  }));
});

Deno.test("LineDecoder searches every byte once", () => {
  const decoder = new LineDecoder({ maxLineBytes: 2_000_000 });
  const chunk = new Uint8Array(20).fill(0x61);
  const startedMs = performance.now();
  for (let count = 0; count < 10_000; count++) assert.deepEqual([...decoder.decode(chunk)], []);
  assert.equal([...decoder.decode(encode("\n"))][0]?.length, 200_000);
  assert.ok(performance.now() - startedMs < 5_000);
});
