import type { JsonValue } from "../../codec/mod.ts";
import { createClient } from "../../app/mod.ts";
import { type ClientCommandOptions, toClientTarget } from "../client_options.ts";
import type { Config } from "../../config/mod.ts";
import { EXIT } from "../exit_code.ts";
import { configureCommandLogging } from "../logging.ts";
import { listenForStop } from "../stop_signal.ts";
import { printFailure, printResult, type Terminal } from "../terminal.ts";
import { readArguments } from "./read_arguments.ts";

/** One `mcpp call`. */
export interface CallInput {
  readonly tool: string;
  /** As given on the command line. */
  readonly args: string | undefined;
  readonly options: ClientCommandOptions;
  readonly config: Config;
  readonly terminal: Terminal;
}

/**
 * Call a tool and print its result.
 *
 * @param input What to call and where.
 * @returns The exit code.
 */
export async function call(input: CallInput): Promise<number> {
  const { tool, options, config, terminal } = input;
  configureCommandLogging(config, terminal);
  const args = await readArguments(input.args, terminal);
  using stop = listenForStop();
  try {
    await using client = await createClient(toClientTarget(options, config), {
      config,
      signal: stop.signal,
    });
    const result = await client.callTool(tool, args, {
      signal: stop.signal,
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
  } catch (error) {
    if (stop.signal.aborted) return EXIT.interrupted;
    throw error;
  }
}

/** A person waiting at a terminal sees that something happens; a script's log stays clean. */
function showProgress(terminal: Terminal, message: string | undefined): void {
  if (terminal.isInteractive && message !== undefined) terminal.writeErr(`… ${message}\n`);
}
