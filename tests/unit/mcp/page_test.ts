import assert from "node:assert/strict";
import fc from "fast-check";
import { InvalidCursorError } from "../../../src/mcp/errors.ts";
import { decodeCursor, encodeCursor, toPage } from "../../../src/mcp/page.ts";

Deno.test("toPage gives everything once, in order, page by page", () => {
  fc.assert(fc.property(fc.nat(30), fc.integer({ min: 1, max: 10 }), (count, pageSize) => {
    const items = Array.from({ length: count }, (_, index) => index);
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = toPage(items, cursor, pageSize);
      assert.ok(page.items.length <= pageSize);
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    assert.deepEqual(seen, items);
  }));
});

Deno.test("toPage refuses cursors that it has not given out", () => {
  const items = [1, 2, 3, 4, 5];
  const cursors = ["", "!", "invalid", ...["1", "6", "-2", "x", "1e9"].map(encodeCursor)];
  for (const cursor of cursors) {
    assert.throws(() => toPage(items, cursor, 2), InvalidCursorError, cursor);
  }
});

Deno.test("decodeCursor takes back any text", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
    assert.equal(decodeCursor(encodeCursor(text)), text);
  }));
});
