import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonValue } from "../../../../src/codec/mod.ts";
import { parseMessage } from "../../../../src/mcp/protocol/parse_message.ts";

const MESSAGES: readonly JsonValue[] = [
  { jsonrpc: "2.0", id: 1, method: "ping" },
  { jsonrpc: "2.0", id: "a", method: "tools/call", params: { name: "x" } },
  { jsonrpc: "2.0", id: 0, method: "x", unheardOf: true },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 1, result: {} },
  { jsonrpc: "2.0", id: 1, error: { code: -1, message: "no" } },
  { jsonrpc: "2.0", id: null, error: { code: -1, message: "no", data: [] } },
  { jsonrpc: "2.0", error: { code: -1, message: "no" } },
];

for (const message of MESSAGES) {
  Deno.test(`parseMessage takes ${JSON.stringify(message)} as it is`, () => {
    assert.equal(parseMessage(message), message);
  });
}

const MALFORMED: readonly (readonly [JsonValue, string, string | number | null])[] = [
  [null, "it is not an object", null],
  ["ping", "it is not an object", null],
  [[], "it is not an object", null],
  [{}, 'its "jsonrpc" is not "2.0"', null],
  [{ id: 7, method: "ping" }, 'its "jsonrpc" is not "2.0"', 7],
  [{ jsonrpc: "1.0", id: 7, result: {} }, 'its "jsonrpc" is not "2.0"', 7],
  [{ jsonrpc: "2.0", id: 7, method: "" }, 'its "method" is not a name', 7],
  [{ jsonrpc: "2.0", id: 7, method: 1 }, 'its "method" is not a name', 7],
  [
    { jsonrpc: "2.0", id: null, method: "ping" },
    'its "id" is neither text nor a whole number',
    null,
  ],
  [
    { jsonrpc: "2.0", id: 1.5, method: "ping" },
    'its "id" is neither text nor a whole number',
    null,
  ],
  [
    { jsonrpc: "2.0", id: "a", method: "ping", params: [] },
    'its "params" is not an object',
    "a",
  ],
  [
    { jsonrpc: "2.0", id: "a", method: "ping", params: null },
    'its "params" is not an object',
    "a",
  ],
  [
    { jsonrpc: "2.0", id: 1, method: "ping", result: {} },
    "it is a request and a response in one",
    1,
  ],
  [
    { jsonrpc: "2.0", id: 1 },
    'it has no "method", and not one of "result" and "error"',
    1,
  ],
  [
    { jsonrpc: "2.0", id: 1, result: {}, error: { code: 1, message: "" } },
    'it has no "method", and not one of "result" and "error"',
    1,
  ],
  [
    { jsonrpc: "2.0", id: null, result: {} },
    'its "id" is neither text nor a whole number',
    null,
  ],
  [{ jsonrpc: "2.0", id: 1, result: 5 }, 'its "result" is not an object', 1],
  [{ jsonrpc: "2.0", id: 1, error: {} }, 'its "error" has no code and message', 1],
  [{ jsonrpc: "2.0", id: 1, error: null }, 'its "error" has no code and message', 1],
  [
    { jsonrpc: "2.0", id: [], error: { code: 1, message: "" } },
    'its "id" is neither text nor a whole number',
    null,
  ],
];

for (const [value, problem, id] of MALFORMED) {
  Deno.test(`parseMessage says what is wrong with ${JSON.stringify(value)}`, () => {
    assert.deepEqual(parseMessage(value), { problem, id });
  });
}

Deno.test("parseMessage takes or refuses every value, and never throws", () => {
  const member = fc.oneof(fc.jsonValue(), fc.constantFrom("2.0", "ping", 1, {}));
  const record = fc.dictionary(
    fc.constantFrom("jsonrpc", "id", "method", "params", "result", "error", "__proto__"),
    member,
  );
  fc.assert(fc.property(fc.oneof(fc.jsonValue(), record), (value) => {
    const parsed = parseMessage(value as JsonValue);
    assert.ok("problem" in parsed ? parsed.problem !== "" : parsed === value);
  }));
});
