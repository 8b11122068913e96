import type { JsonValue } from "../codec/mod.ts";
import { AppError, toErrorMessage, unwrapError } from "../error/mod.ts";

/** Where a command reads and writes; a test gives its own. */
export interface Terminal {
  /** Whether a person reads standard output. */
  readonly isInteractive: boolean;
  /** Whether standard error may be coloured. */
  readonly hasColor: boolean;
  /** Write to standard output: results only. */
  writeOut(text: string): void;
  /** Write to standard error: everything else. */
  writeErr(text: string): void;
  /** All of standard input. */
  readIn(): Promise<string>;
}

/** The process's own streams. */
export const processTerminal: Terminal = {
  isInteractive: Deno.stdout.isTerminal(),
  hasColor: Deno.stderr.isTerminal() && !Deno.noColor,
  writeOut: (text) => writeAllSync(Deno.stdout, text),
  writeErr: (text) => writeAllSync(Deno.stderr, text),
  readIn: () => new Response(Deno.stdin.readable).text(),
};

/** How a result is shown. */
export interface ResultFormat {
  /** JSON even for a person. @default {false} */
  readonly json?: boolean | undefined;
}

/**
 * Print a result: readable text for a person, one line of JSON for a program.
 *
 * @param terminal Where to.
 * @param result The result as JSON and as text.
 * @param format Whether JSON is asked for.
 */
export function printResult(
  terminal: Terminal,
  result: { readonly json: JsonValue; readonly text: string },
  format: ResultFormat,
): void {
  const asJson = format.json === true || !terminal.isInteractive;
  terminal.writeOut(`${asJson ? JSON.stringify(result.json) : result.text}\n`);
}

/** Why a command failed, for the person who gave it. */
export interface Failure {
  /** What failed and why; may have several lines. */
  readonly message: string;
  /** Stable, for scripts; `undefined` for what nobody has foreseen. */
  readonly code?: string | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
}

/**
 * Print why a command failed: what, the code in brackets, and what to do. Never a stack trace.
 *
 * @param terminal Where to.
 * @param failure What went wrong.
 */
export function printFailure(terminal: Terminal, failure: Failure): void {
  const { message, code, hint } = failure;
  const [first = "", ...rest] = message.split("\n");
  const head = code === undefined ? first : `${first} [${code}]`;
  const lines = [`mcpp: ${head}`, ...rest, ...(hint === undefined ? [] : [`hint: ${hint}`])];
  terminal.writeErr(`${lines.join("\n")}\n`);
}

/**
 * Print an error that ended a command.
 *
 * @param terminal Where to.
 * @param error What was caught.
 */
export function printError(terminal: Terminal, error: unknown): void {
  const cause = unwrapError(error);
  printFailure(terminal, cause instanceof AppError ? cause : { message: toErrorMessage(cause) });
}

function writeAllSync(file: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(file.writeSync(bytes));
}
