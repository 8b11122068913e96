import { formatPythonFloat } from "./python_float.ts";

/** What {@linkcode pythonJson} can write. */
export type PythonJsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PythonFloat
  | readonly PythonJsonValue[]
  | ReadonlyMap<string, PythonJsonValue>
  | { readonly [member: string]: PythonJsonValue };

/** A number that Python holds as a float even if it has no fraction, and so writes as `1.0`. */
export class PythonFloat {
  /** The number. */
  readonly value: number;

  /**
   * Marks a number.
   *
   * @param value The number.
   */
  constructor(value: number) {
    this.value = value;
  }
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
};

/**
 * Encode a value as Python's `json.dumps` does with its defaults: a space after each comma and
 * colon, everything outside printable ASCII escaped, members in insertion order.
 *
 * Numbers: `bigint` is a Python integer, unbounded. A `number` is an integer if it is one and is
 * exact (`Number.isSafeInteger`, and not `-0`), otherwise a float, in Python's spelling: `1e-07`,
 * `1e+16`, `NaN`, `Infinity`. {@linkcode PythonFloat} makes `1` a float. A `Map` is an object too,
 * with its members in order: a plain object lists integer-like names first.
 *
 * @param value The value.
 * @returns ASCII text.
 * @throws {TypeError} If something in it is no such value, `undefined` for example.
 * @throws {RangeError} If it is nested so deeply that the stack overflows, or contains itself.
 *
 * @example As Python writes it
 * ```ts
 * import { pythonJson } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(pythonJson({ "é": [1, 0.5, 2n ** 64n] }), '{"\\u00e9": [1, 0.5, 18446744073709551616]}');
 * ```
 */
export function pythonJson(value: PythonJsonValue): string {
  switch (typeof value) {
    case "string":
      return encodeText(value);
    case "bigint":
    case "boolean":
      return String(value);
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? String(value)
        : encodeFloat(value);
    case "object":
      return encodeObject(value);
    default:
      throw new TypeError(`Cannot encode value as JSON has no such type: type "${typeof value}"`);
  }
}

function encodeObject(value: PythonJsonValue & (object | null)): string {
  if (value === null) return "null";
  if (value instanceof PythonFloat) return encodeFloat(value.value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const members = entries.map(([name, member]) => `${encodeText(name)}: ${pythonJson(member)}`);
  return `{${members.join(", ")}}`;
}

function encodeFloat(value: number): string {
  return Number.isFinite(value) ? formatPythonFloat(value) : String(value);
}

function encodeText(text: string): string {
  // Code unit by code unit, which writes astral characters as pairs and lone surrogates as they are.
  const escaped = text.replace(/[^ !#-[\]-~]/g, (unit) => {
    return SHORT_ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}
