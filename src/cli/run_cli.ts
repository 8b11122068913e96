import { CommanderError } from "commander";
import { EXIT, toExitCode } from "./exit_code.ts";
import { createProgram } from "./program.ts";
import { printError, processTerminal, type Terminal } from "./terminal.ts";

/** How the command line runs. */
export interface RunCliOptions {
  /** Where it reads and writes. @default {processTerminal} */
  readonly terminal?: Terminal | undefined;
}

/**
 * Run one `mcpp` command.
 *
 * @param args The arguments, without the program's name.
 * @param options Where it reads and writes.
 * @returns The exit code.
 */
export async function runCli(
  args: readonly string[],
  options: RunCliOptions = {},
): Promise<number> {
  const { terminal = processTerminal } = options;
  let exitCode: number = EXIT.ok;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // The parser has already printed what it has to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const code = toExitCode(error);
    // Whoever read the output has seen enough, as in `mcpp tools | head`.
    if (code !== EXIT.outputClosed) printError(terminal, error);
    return code;
  }
}
