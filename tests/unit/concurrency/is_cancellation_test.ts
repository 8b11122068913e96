import assert from "node:assert/strict";
import { isCancellation } from "../../../src/concurrency/mod.ts";

const reason = new Error("enough");
const aborted = AbortSignal.abort(reason);
const running = new AbortController().signal;
const abortError = new DOMException("The operation was aborted", "AbortError");

const CASES: readonly [string, unknown, AbortSignal, boolean][] = [
  ["the reason of an aborted signal", reason, aborted, true],
  ["an AbortError when the signal is aborted", abortError, aborted, true],
  ["an error that looks like the reason", new Error("enough"), aborted, false],
  ["a timeout when the signal is aborted", new DOMException("", "TimeoutError"), aborted, false],
  ["an AbortError when the signal is not aborted", abortError, running, false],
  ["undefined when the signal is not aborted", undefined, running, false],
];

for (const [title, error, signal, expected] of CASES) {
  Deno.test(`isCancellation is ${expected} for ${title}`, () => {
    assert.equal(isCancellation(error, signal), expected);
  });
}
