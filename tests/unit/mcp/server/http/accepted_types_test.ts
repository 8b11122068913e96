import assert from "node:assert/strict";
import { isJsonType, toAcceptedTypes } from "../../../../../src/mcp/server/http/accepted_types.ts";

Deno.test("toAcceptedTypes takes clients at their word, and is liberal where they say nothing", () => {
  const cases = [
    ["application/json, text/event-stream", "both"],
    ["text/event-stream, application/json", "both"],
    ["TEXT/EVENT-STREAM ; q=0.5 , Application/JSON", "both"],
    ["text/event-stream, */*", "both"],
    ["text/event-stream", "stream"],
    ["text/event-stream, application/json;q=0", "stream"],
    ["application/json", "json"],
    ["application/json, text/event-stream;q=0", "json"],
    ["application/json, text/event-stream; q=0.000", "json"],
    ["text/html", "json"],
    ["", "json"],
    ["*/*", "json-rather"],
    ["text/*", "json-rather"],
    [null, "json-rather"],
  ] as const;
  for (const [accept, expected] of cases) {
    assert.equal(toAcceptedTypes(accept), expected, String(accept));
  }
});

Deno.test("isJsonType knows JSON by its type, whatever its parameters", () => {
  for (const type of ["application/json", "Application/JSON", "application/json; charset=utf-8"]) {
    assert.equal(isJsonType(type), true, type);
  }
  for (const type of [null, "", "text/plain", "application/json-patch+json", "application/jsonx"]) {
    assert.equal(isJsonType(type), false, String(type));
  }
});
