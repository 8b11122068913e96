import { isPythonSpace, stripWhere } from "./python_strip.ts";

/** Python refuses longer decimal texts since 3.11, as converting them takes quadratic time. */
const MAX_DECIMAL_DIGITS = 4_300;
const DECIMAL = /^([+-]?)([0-9]+(?:_[0-9]+)*)$/;
const HEXADECIMAL = /^([+-]?)(?:0[xX]_?)?([0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)$/;
const DIGIT = /^\p{Nd}$/u;

/**
 * Read an integer from text as Python's `int(text, base)` does: white space around it, a sign,
 * single underscores between digits, decimal digits of any script, and a `0x` prefix for base 16.
 *
 * @param text The text.
 * @param base 10 or 16.
 * @returns The integer; `undefined` where Python raises an error.
 */
export function parsePythonInt(text: string, base: 10 | 16): bigint | undefined {
  const ascii = toAsciiDigits(text);
  const match = (base === 10 ? DECIMAL : HEXADECIMAL).exec(stripWhere(ascii, isAsciiSpace));
  if (match === null) return undefined;
  const [, sign, grouped = ""] = match;
  const digits = grouped.replaceAll("_", "");
  if (base === 10 && digits.length > MAX_DECIMAL_DIGITS) return undefined;
  const magnitude = BigInt(base === 10 ? digits : `0x${digits}`);
  return sign === "-" ? -magnitude : magnitude;
}

/**
 * Convert a JSON value to an integer as Python's `int(value)` does: booleans are 0 and 1, fractions
 * are cut off, text is parsed.
 *
 * @param value The value. Large integers may come as `bigint`.
 * @returns The integer, exactly; `undefined` where Python raises an error.
 */
export function toPythonInt(value: unknown): bigint | undefined {
  switch (typeof value) {
    case "bigint":
      return value;
    case "boolean":
      return value ? 1n : 0n;
    case "number":
      return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
    case "string":
      return parsePythonInt(value, 10);
    default:
      return undefined;
  }
}

/** Replaces digits and white space that are not ASCII by their ASCII counterparts. */
function toAsciiDigits(text: string): string {
  // deno-lint-ignore no-control-regex -- "not ASCII" is what it says
  return text.replace(/[^\x00-\x7f]/gu, (char) => {
    if (isPythonSpace(char.charCodeAt(0))) return " ";
    return DIGIT.test(char) ? String(digitValue(char)) : char;
  });
}

// Unicode encodes the decimal digits of a script in order, zero first, in runs of ten. Runs may
// touch, as those of the mathematical digits do.
function digitValue(digit: string): number {
  const codePoint = digit.codePointAt(0) ?? 0;
  let first = codePoint;
  while (DIGIT.test(String.fromCodePoint(first - 1))) first--;
  return (codePoint - first) % 10;
}

/** Unlike `str.strip`, `int` does not skip U+001C to U+001F. */
function isAsciiSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
}
