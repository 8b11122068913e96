import { isJsonObject, type JsonObject, type JsonValue } from "../codec/mod.ts";
import type { RemoteToolResult } from "../mcp/mod.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { printFailure, printResult, type ResultFormat, type Terminal } from "./terminal.ts";

/** How the result of a tool is printed. */
export interface PrintToolResultOptions {
  /** Where to. */
  readonly terminal: Terminal;
  /** Whether JSON is asked for. */
  readonly options: ResultFormat;
  /** The text for a person. @default the server's own */
  readonly toText?: ((result: JsonObject) => string) | undefined;
}

/**
 * Print what a tool returned, or why it failed.
 *
 * @param result What the call came to.
 * @param printing How to print it.
 * @returns The exit code.
 */
export function printToolResult(
  result: RemoteToolResult,
  { terminal, options, toText }: PrintToolResultOptions,
): ExitCode {
  const json: JsonValue = result.structuredContent ?? { content: result.content };
  if (!result.isError) {
    const text = toText !== undefined && isJsonObject(json) ? toText(json) : result.text;
    printResult(terminal, { json, text }, options);
    return EXIT.ok;
  }
  if (options.json || !terminal.isInteractive) terminal.writeOut(`${JSON.stringify(json)}\n`);
  printFailure(terminal, result.error ?? { message: result.text });
  return EXIT.failed;
}
