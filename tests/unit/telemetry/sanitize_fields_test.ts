import assert from "node:assert/strict";
import fc from "fast-check";
import { AppError } from "../../../src/error/mod.ts";
import { sanitizeFields } from "../../../src/telemetry/sanitize_fields.ts";

class LeaseError extends AppError {
  override readonly name = "LeaseError";
  readonly code = "lease_lost";
}

Deno.test("sanitizeFields hides a value by the last word of its name, at any depth", () => {
  const names = ["token", "accessToken", "remote_token", "key", "apiKey", "Authorization"];
  for (const name of [...names, "set-cookie", "payload", "password", "clientSecret"]) {
    assert.deepEqual(sanitizeFields({ a: [{ [name]: { x: 1 } }] }), {
      a: [{ [name]: "(hidden)" }],
    });
  }
});

Deno.test("sanitizeFields shows a value whose name only looks like a secret's", () => {
  const fields = { maxTokens: 3, tokenFile: "/t", keyCount: 2, monkey: "m", payloadBytes: 9 };
  assert.deepEqual(sanitizeFields(fields), fields);
});

Deno.test("sanitizeFields writes an error as code and message, with its causes", () => {
  const error = new LeaseError("Cannot renew", { cause: new TypeError("inner") });
  assert.deepEqual(sanitizeFields({ error }), {
    error: {
      code: "lease_lost",
      message: "Cannot renew",
      cause: { code: "TypeError", message: "inner" },
    },
  });
});

Deno.test("sanitizeFields writes all errors of an aggregate", () => {
  const error = new AggregateError([new Error("a"), new RangeError("b")], "two");
  assert.deepEqual(sanitizeFields({ error }), {
    error: {
      code: "AggregateError",
      message: "two",
      errors: [{ code: "Error", message: "a" }, { code: "RangeError", message: "b" }],
    },
  });
});

Deno.test("sanitizeFields keeps the stack when asked to", () => {
  const { error } = sanitizeFields({ error: new Error("a") }, { withStack: true });
  assert.match(JSON.stringify(error), /"stack":"Error: a\\n/);
});

Deno.test("sanitizeFields bounds text, lists and depth", () => {
  const loop: Record<string, unknown> = {};
  loop["self"] = loop;
  const { text, list, deep } = sanitizeFields({
    text: "x".repeat(5000),
    list: Array.from({ length: 99 }, (_, index) => index),
    deep: loop,
  });
  assert.equal(String(text).length, 2003);
  assert.equal((list as unknown[]).length, 50);
  assert.deepEqual(deep, { self: { self: { self: { self: "..." } } } });
});

Deno.test("sanitizeFields leaves out undefined and writes what JSON lacks as text", () => {
  assert.deepEqual(
    sanitizeFields({
      none: undefined,
      list: [undefined],
      big: 10n,
      nan: NaN,
      bytes: new Uint8Array(3),
      map: new Map([["a", 1]]),
      set: new Set(["b"]),
      date: new Date(0),
      wrong: new Date(NaN),
    }),
    {
      list: [null],
      big: "10",
      nan: "NaN",
      bytes: "3 bytes",
      map: { a: 1 },
      set: ["b"],
      date: "1970-01-01T00:00:00.000Z",
      wrong: null,
    },
  );
});

Deno.test("sanitizeFields copes with what JSON and texts cannot be made of", () => {
  const unnamed = { toString: 1 };
  const fields = { zero: -0, map: new Map<unknown, unknown>([[unnamed, 1], [Symbol("s"), 2]]) };
  assert.deepEqual(sanitizeFields(fields), { zero: 0, map: { "...": 1, "Symbol(s)": 2 } });
});

Deno.test("sanitizeFields gives plain JSON for any value", () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withMap: true, withDate: true }), (value) => {
      const fields = sanitizeFields({ value });
      assert.deepEqual(JSON.parse(JSON.stringify(fields)), fields);
    }),
    { numRuns: 1_000 },
  );
});
