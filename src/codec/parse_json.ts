import { InvalidJsonError } from "./errors.ts";
import type { JsonObject, JsonValue } from "./json.ts";

/** Deeper values would overflow the stack of whatever walks them recursively. */
const MAX_DEPTH = 256;

/**
 * Parse JSON as peers really send it.
 *
 * Python's encoder emits the bare tokens `NaN`, `Infinity` and `-Infinity`, which no JSON grammar
 * has; they become `null`. Values nested deeper than 256 levels are refused, so that a hostile
 * text cannot overflow the stack of later code.
 *
 * @param text The text.
 * @returns The value.
 * @throws {InvalidJsonError} If the text is not JSON or is nested too deeply.
 *
 * @example A reply of a Python peer
 * ```ts
 * import { parseJson } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseJson('{"loss": NaN, "text": "NaN"}'), { loss: null, text: "NaN" });
 * ```
 */
export function parseJson(text: string): JsonValue {
  if (hasManyBrackets(text)) checkDepth(text);
  try {
    return JSON.parse(text);
  } catch {
    return parseNonFinite(text);
  }
}

/**
 * Whether a value is a JSON object, as opposed to an array, `null` or a scalar.
 *
 * @param value The value.
 * @returns Whether it is an object.
 */
export function isJsonObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// The parser's own message quotes the text, which may hold a token or a payload: it goes nowhere.
function parseNonFinite(text: string): JsonValue {
  try {
    return JSON.parse(replaceNonFinite(text));
  } catch {
    throw new InvalidJsonError("the text is not JSON");
  }
}

/** Only a text with this many brackets can be too deep. To look for them is far faster than to read it. */
function hasManyBrackets(text: string): boolean {
  let count = 0;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (++count > MAX_DEPTH) return true;
    }
  }
  return false;
}

function checkDepth(text: string): void {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (char === '"') index = endOfString(text, index);
    else if (char === "[" || char === "{") depth++;
    else if (char === "]" || char === "}") depth--;
    if (depth > MAX_DEPTH) {
      throw new InvalidJsonError(`it is nested deeper than ${MAX_DEPTH} levels`);
    }
  }
}

// A scanner and not a regular expression: on hostile text the expression backtracks quadratically.
function replaceNonFinite(text: string): string {
  const parts: string[] = [];
  let kept = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '"') {
      index = endOfString(text, index);
      continue;
    }
    const length = nonFiniteLength(text, index);
    if (length === 0) continue;
    parts.push(text.slice(kept, index), "null");
    kept = index + length;
    index = kept - 1;
  }
  parts.push(text.slice(kept));
  return parts.join("");
}

function nonFiniteLength(text: string, index: number): number {
  for (const token of ["NaN", "Infinity", "-Infinity"]) {
    if (text.startsWith(token, index)) return token.length;
  }
  return 0;
}

/** Index of the quote that ends the string starting at `start`; the last index if none does. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const char = text[index];
    if (char === "\\") index++;
    else if (char === '"') return index;
  }
  return text.length - 1;
}
