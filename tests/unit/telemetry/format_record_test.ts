import assert from "node:assert/strict";
import fc from "fast-check";
import { formatJson, formatText } from "../../../src/telemetry/format_record.ts";

const ENTRY = { timeMs: 0, level: "info", category: "worker", message: "Task done", fields: {} };

Deno.test("formatText quotes what could be misread", () => {
  const fields = {
    a: "plain/value:1",
    b: "two words",
    c: "",
    d: 3,
    e: null,
    f: { g: [1] },
    h: "x=y",
  };
  assert.equal(
    formatText({ ...ENTRY, fields }),
    "1970-01-01T00:00:00.000Z INFO  worker Task done " +
      'a=plain/value:1 b="two words" c="" d=3 e=null f={"g":[1]} h="x=y"\n',
  );
});

Deno.test("formatText and formatJson write one line without control characters, whatever they get", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(fc.property(text, text, text, (message, name, value) => {
    const entry = { ...ENTRY, message, fields: { [name]: value, nested: { [name]: [value] } } };
    for (const line of [formatText(entry), formatJson(entry)]) {
      assert.match(line, /^[^\n]*\n$/);
    }
    assert.doesNotMatch(formatText(entry).slice(0, -1), /[\p{Cc}\u2028\u2029]/u);
  }));
});

Deno.test("formatJson keeps a field that is named like a fixed member", () => {
  const line = JSON.parse(formatJson({ ...ENTRY, fields: { level: "high", op: "claim" } }));
  assert.deepEqual(line, {
    time: "1970-01-01T00:00:00.000Z",
    level: "info",
    category: "worker",
    message: "Task done",
    _level: "high",
    op: "claim",
  });
});
