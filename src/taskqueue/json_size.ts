import { InvalidJsonError, isJsonObject, type JsonValue, parseJson, toJson } from "../codec/mod.ts";

/** A UTF-16 unit takes at most this many bytes as JSON in UTF-8: `\u001f`. */
const MAX_UNIT_BYTES = 6;
/** So deep a value may be; `parseJson` takes a little more. */
const MAX_DEPTH = 200;
/** Longest number as JSON, such as `-1.2345678901234567e-308`. */
const NUMBER_BYTES = 25;

const encoder = new TextEncoder();

/** How long a value is as JSON in UTF-8. */
export function jsonBytes(value: JsonValue): number {
  return encoder.encode(toJson(value)).length;
}

/**
 * Whether a value surely has no more than so many bytes as JSON, and is not nested too deeply to be
 * sent. Looking through a value costs much less than encoding it, and most are far from any limit.
 *
 * @returns `false` if it takes an exact look to know.
 */
export function surelyFits(value: JsonValue, maxBytes: number): boolean {
  return spend(value, maxBytes, 0) >= 0;
}

/** Whether a value has no more than so many bytes as JSON. */
export function isAtMost(value: JsonValue, maxBytes: number): boolean {
  return surelyFits(value, maxBytes) || jsonBytes(value) <= maxBytes;
}

/**
 * How long a value is as JSON in UTF-8; 0 for one that is surely short enough.
 *
 * @throws {InvalidJsonError} If it is nested too deeply to be sent.
 */
export function measureJson(value: JsonValue, maxBytes: number): number {
  if (surelyFits(value, maxBytes)) return 0;
  const text = encodeDeep(value);
  parseJson(text);
  return encoder.encode(text).length;
}

/** What is left of a budget after a value was paid for at the highest price; negative if nothing. */
function spend(value: JsonValue | undefined, budget: number, depth: number): number {
  if (typeof value === "string") return budget - 2 - value.length * MAX_UNIT_BYTES;
  if (typeof value !== "object" || value === null) {
    return typeof value === "bigint" ? -1 : budget - NUMBER_BYTES;
  }
  if (depth === MAX_DEPTH) return -1;
  let left = budget - 2;
  if (isJsonObject(value)) {
    for (const name in value) {
      if (left < 0) return left;
      left = spend(value[name], left - 4 - name.length * MAX_UNIT_BYTES, depth + 1);
    }
    return left;
  }
  for (const item of value) {
    if (left < 0) return left;
    left = spend(item, left - 1, depth + 1);
  }
  return left;
}

function encodeDeep(value: JsonValue): string {
  try {
    return toJson(value);
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidJsonError("it is nested too deeply", error);
    throw error;
  }
}
