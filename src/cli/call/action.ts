import type { JsonValue } from "../../codec/mod.ts";
import { EXIT } from "../exit_code.ts";
import { printFailure, printResult, type Terminal } from "../terminal.ts";
import { type ClientCommandInput, withClient } from "../with_client.ts";
import { readArguments } from "./read_arguments.ts";

/** One `mcpp call`. */
export interface CallInput extends ClientCommandInput {
  readonly tool: string;
  /** As given on the command line. */
  readonly args: string | undefined;
}

/**
 * Call a tool and print its result.
 *
 * @param input What to call and where.
 * @returns The exit code.
 */
export async function call(input: CallInput): Promise<number> {
  const { tool, options, terminal } = input;
  const args = await readArguments(input.args, terminal);
  return await withClient(input, async (client, signal) => {
    const result = await client.callTool(tool, args, {
      signal,
      onProgress: ({ message }) => showProgress(terminal, message),
    });
    const json: JsonValue = result.structuredContent ?? { content: result.content };
    if (!result.isError) {
      printResult(terminal, { json, text: result.text }, options);
      return EXIT.ok;
    }
    if (options.json || !terminal.isInteractive) terminal.writeOut(`${JSON.stringify(json)}\n`);
    printFailure(terminal, result.error ?? { message: result.text });
    return EXIT.failed;
  });
}

/** A person waiting at a terminal sees that something happens; a script's log stays clean. */
function showProgress(terminal: Terminal, message: string | undefined): void {
  if (terminal.isInteractive && message !== undefined) terminal.writeErr(`… ${message}\n`);
}
