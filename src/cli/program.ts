import { Command } from "commander";
import { VERSION } from "../app/mod.ts";
import { addCacheCommand } from "./cache/command.ts";
import { addCallCommand } from "./call/command.ts";
import { addConnectCommand } from "./connect/command.ts";
import type { CommandContext } from "./command_context.ts";
import { addIdentityCommand } from "./identity/command.ts";
import { addDoctorCommand } from "./doctor/command.ts";
import { addInfoCommand } from "./info/command.ts";
import { addInviteCommand } from "./invite/command.ts";
import { addJoinCommand } from "./join/command.ts";
import { addPeersCommand } from "./peers/command.ts";
import { addPromptsCommand } from "./prompts/command.ts";
import { addResourcesCommand } from "./resources/command.ts";
import { addServeCommand } from "./serve/command.ts";
import { printFailure, type Terminal } from "./terminal.ts";
import { addTasksCommand } from "./tasks/command.ts";
import { addToolsCommand } from "./tools/command.ts";
import { addVersionCommand } from "./version/command.ts";
import { addWorkerCommand } from "./worker/command.ts";

/**
 * Build the parser of the whole command line.
 *
 * @param terminal Where commands read and write.
 * @param setExitCode Receives the exit code of the command that ran.
 * @returns The parser; it throws a `CommanderError` rather than ending the process.
 */
export function createProgram(
  terminal: Terminal,
  setExitCode: (code: number) => void,
): Command {
  const program = new Command("mcpp")
    .description("A Model Context Protocol server and client whose tools reach across a network.")
    .version(VERSION, "--version", "print the version number alone")
    // An option after the name of a command is that command's, and not one of the command above it.
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError("(add --help for help)")
    .configureOutput({
      writeOut: (text) => terminal.writeOut(text),
      writeErr: (text) => terminal.writeErr(text),
      outputError: (text) => printFailure(terminal, { message: toMessage(text), code: "usage" }),
    });
  const context: CommandContext = { terminal, setExitCode };
  addServeCommand(program, context);
  addWorkerCommand(program, context);
  addCallCommand(program, context);
  addToolsCommand(program, context);
  addResourcesCommand(program, context);
  addPromptsCommand(program, context);
  addInfoCommand(program, context);
  addTasksCommand(program, context);
  addCacheCommand(program, context);
  addInviteCommand(program, context);
  addJoinCommand(program, context);
  addPeersCommand(program, context);
  addIdentityCommand(program, context);
  addConnectCommand(program, context);
  addDoctorCommand(program, context);
  addVersionCommand(program, context);
  return program;
}

/** The parser's text without what surrounds it. */
function toMessage(text: string): string {
  return text.replace(/^error: /, "").trimEnd();
}
