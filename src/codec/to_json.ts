import { InvalidJsonError } from "./errors.ts";
import type { JsonValue } from "./json.ts";

/**
 * Encode a value as compact JSON on a single line.
 *
 * Numbers that JSON does not have become `null`; text stays raw UTF-8, save for what JSON escapes.
 *
 * @param value The value.
 * @returns The text, without any line break.
 */
export function toJson(value: JsonValue): string {
  return JSON.stringify(value);
}

/**
 * Encode a value so that equal values give equal texts, as a fingerprint needs.
 *
 * Members are sorted by UTF-16 code units and numbers are written as ECMAScript writes them, as
 * RFC 8785 has it.
 *
 * @param value The value.
 * @returns The text, without any line break.
 * @throws {InvalidJsonError} If the value is nested too deeply.
 *
 * @example Two spellings of one value
 * ```ts
 * import { toCanonicalJson } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(toCanonicalJson({ b: [1.0], a: null }), '{"a":null,"b":[1]}');
 * ```
 */
export function toCanonicalJson(value: JsonValue): string {
  try {
    return encodeCanonically(value);
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidJsonError("it is nested too deeply", error);
    throw error;
  }
}

// Sorting the members into another object would not do: objects list integer-like names first.
function encodeCanonically(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(encodeCanonically).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, member]) => `${JSON.stringify(name)}:${encodeCanonically(member)}`);
  return `{${members.join(",")}}`;
}
