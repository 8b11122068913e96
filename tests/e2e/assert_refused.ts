import assert from "node:assert/strict";
import { EXIT, type ExitCode } from "../../src/cli/mod.ts";
import type { Finished } from "./run_deno.ts";

/** What a person, and a script, must learn from a command that failed. */
export interface Refusal {
  readonly exit: ExitCode;
  /** The stable code. */
  readonly code: string;
  /** What the message must name: the thing, and what to do. */
  readonly names: readonly string[];
}

/** Check that a command failed in the documented way, and without a stack trace. */
export function assertRefused(finished: Finished, { exit, code, names }: Refusal): void {
  const { stderr } = finished;
  const seen = JSON.stringify(finished);
  assert.equal(finished.code, exit, seen);
  assert.equal(finished.stdout, "", "a failure is no result");
  assert.match(stderr, new RegExp(`^mcpp: .*\\[${code}\\]$`, "m"));
  for (const name of names) assert.ok(stderr.includes(name), `"${name}" is not in ${seen}`);
  assertNoStackTrace(stderr);
}

/** Check that `mcpp call` printed the failure of a tool, for programs and for people. */
export function assertToolRefused(
  finished: Finished,
  { code, names }: Omit<Refusal, "exit">,
): void {
  assert.equal(finished.code, EXIT.failed, JSON.stringify(finished));
  const result = JSON.parse(finished.stdout);
  assert.equal(result.ok, false);
  assert.equal(result.code, code, finished.stdout);
  const text = `${result.error} ${result.hint ?? ""}`;
  for (const name of names) assert.ok(text.includes(name), `"${name}" is not in "${text}"`);
  assert.match(finished.stderr, new RegExp(`^mcpp: .*\\[${code}\\]$`, "m"));
  assertNoStackTrace(finished.stderr + finished.stdout);
}

function assertNoStackTrace(text: string): void {
  assert.doesNotMatch(text, /(^|\\n) {4}at /m);
}
