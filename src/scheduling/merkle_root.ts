import { compareCodePoints, sha256Hex } from "../codec/mod.ts";
import { pythonJson } from "./python_json.ts";

/**
 * The root of a vector clock: SHA-256 of its entries, ordered by code point, in Python's JSON. In
 * spite of its name it is one flat hash, without a tree and without proofs.
 *
 * @param entries Node ids with their counters. Of entries with the same id the last one counts.
 * @returns 64 lower-case hexadecimal digits.
 *
 * @example In any order
 * ```ts
 * import { merkleRoot } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(
 *   merkleRoot([["b", 2n], ["a", 1n]]),
 *   "91cea03dbc87dd3dbe06a0399ab693756cb08e6fd217b42780296a954c4cd308",
 * );
 * ```
 */
export function merkleRoot(entries: Iterable<readonly [string, bigint]>): string {
  const unique = [...new Map(entries)];
  return sha256Hex(pythonJson(unique.sort(([a], [b]) => compareCodePoints(a, b))));
}
