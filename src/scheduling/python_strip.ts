// What Python's `str.isspace` accepts, runs as [first, last]: the Unicode white space and the four
// separators U+001C to U+001F. U+FEFF, which JavaScript's `trim` removes, is not among them.
const SPACES: readonly (readonly [number, number])[] = [
  [0x09, 0x0d],
  [0x1c, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

/**
 * Remove leading and trailing white space as Python's `str.strip()` does.
 *
 * @param text The text.
 * @returns The text without it.
 *
 * @example Not the same as `trim`
 * ```ts
 * import { pythonStrip } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(pythonStrip("\u0085 peer-A\u001f"), "peer-A");
 * assert.equal(pythonStrip("\ufeffpeer-A"), "\ufeffpeer-A");
 * ```
 */
export function pythonStrip(text: string): string {
  return stripWhere(text, isPythonSpace);
}

/**
 * Whether Python counts a UTF-16 code unit as white space. No astral character is.
 *
 * @param unit The code unit.
 * @returns Whether it is white space.
 */
export function isPythonSpace(unit: number): boolean {
  return SPACES.some(([first, last]) => unit >= first && unit <= last);
}

/**
 * Remove code units from both ends of a text.
 *
 * @param text The text.
 * @param isRemoved Which code units to remove.
 * @returns The text without them.
 */
export function stripWhere(text: string, isRemoved: (unit: number) => boolean): string {
  let start = 0;
  let end = text.length;
  while (start < end && isRemoved(text.charCodeAt(start))) start++;
  while (end > start && isRemoved(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
