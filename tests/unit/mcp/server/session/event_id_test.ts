import assert from "node:assert/strict";
import fc from "fast-check";
import { parseEventId, toEventId } from "../../../../../src/mcp/server/session/event_id.ts";

Deno.test("parseEventId reads what toEventId writes", () => {
  const number = fc.integer({ min: 0, max: 999_999_999_999_999 });
  fc.assert(fc.property(number, number, (streamId, seq) => {
    assert.deepEqual(parseEventId(toEventId({ streamId, seq })), { streamId, seq });
  }));
});

Deno.test("parseEventId takes nothing that toEventId would not write", () => {
  const parts = fc.constantFrom("-", "0", "1", "9", "e", ".", " ", "+", "\n", "١");
  fc.assert(fc.property(fc.array(parts, { maxLength: 20 }), (chosen) => {
    const text = chosen.join("");
    const position = parseEventId(text);
    if (position !== undefined) assert.equal(toEventId(position), text);
  }));
  for (const text of ["", "1", "1-", "-1", "1-2-3", "1-2\n", "0x1-2", "1e3-2"]) {
    assert.equal(parseEventId(text), undefined, text);
  }
});
