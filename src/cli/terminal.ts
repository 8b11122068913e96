import type { JsonValue } from "../codec/mod.ts";
import { AppError, toErrorMessage, unwrapError } from "../error/mod.ts";
import { openStatusLine, type StatusLine, type StatusLineOptions } from "./status_line.ts";
import { toPrintable } from "./to_printable.ts";

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
  /** Characters on a line of standard error; `undefined` unless a person sees it. */
  readonly errColumns?: number | undefined;
  /** Size of standard output in characters; `undefined` unless a person sees it. */
  readonly outSize?: TerminalSize | undefined;
  /** Show a line that changes, below all that is written; `undefined` if that is not possible. */
  openStatusLine?(options: StatusLineOptions): Promise<StatusLine | undefined>;
}

/** Characters for which a terminal has room. */
export interface TerminalSize {
  /** On a line. */
  readonly columns: number;
  /** Lines. */
  readonly rows: number;
}

/** The process's own streams. */
class ProcessTerminal implements Terminal {
  readonly isInteractive = Deno.stdout.isTerminal();
  readonly hasColor = Deno.stderr.isTerminal() && !Deno.noColor;
  #statusLine: StatusLine | undefined;

  get errColumns(): number | undefined {
    return Deno.stderr.isTerminal() ? readSize()?.columns : undefined;
  }

  get outSize(): TerminalSize | undefined {
    return this.isInteractive ? readSize() : undefined;
  }

  writeOut(text: string): void {
    this.#writeBeside(Deno.stdout, text);
  }

  writeErr(text: string): void {
    try {
      this.#writeBeside(Deno.stderr, text);
    } catch (error) {
      // Without a reader there is nobody to be told, and no reason to stop.
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
  }

  readIn(): Promise<string> {
    return new Response(Deno.stdin.readable).text();
  }

  async openStatusLine(options: StatusLineOptions): Promise<StatusLine | undefined> {
    const line = await openStatusLine(options);
    if (line === undefined) return undefined;
    this.#statusLine = line;
    return {
      setText: (text) => line.setText(text),
      pauseFor: (write) => line.pauseFor(write),
      [Symbol.dispose]: () => {
        this.#statusLine = undefined;
        line[Symbol.dispose]();
      },
    };
  }

  #writeBeside(file: SyncWriter, text: string): void {
    const write = (): void => writeAllSync(file, text);
    if (this.#statusLine === undefined) write();
    else this.#statusLine.pauseFor(write);
  }
}

/** The process's own streams. */
export const processTerminal: Terminal = new ProcessTerminal();

/** How a result is shown. */
export interface ResultFormat {
  /** JSON even for a person. @default {false} */
  readonly json?: boolean | undefined;
}

/**
 * Print a result: readable text for a person, made safe for a terminal; one line of JSON for a program.
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
  terminal.writeOut(`${asJson ? JSON.stringify(result.json) : toPrintable(result.text)}\n`);
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
  terminal.writeErr(`${toPrintable(lines.join("\n"))}\n`);
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

interface SyncWriter {
  writeSync(bytes: Uint8Array): number;
}

function writeAllSync(file: SyncWriter, text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(file.writeSync(bytes));
}

/** A terminal whose size is not known says 0. */
function readSize(): TerminalSize | undefined {
  try {
    const { columns, rows } = Deno.consoleSize();
    return columns > 0 && rows > 0 ? { columns, rows } : undefined;
  } catch {
    return undefined;
  }
}
