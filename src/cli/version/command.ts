import type { Command } from "commander";
import { VERSION } from "../../app/mod.ts";
import type { CommandContext } from "../command_context.ts";
import { printResult } from "../terminal.ts";

/**
 * Add `mcpp version`.
 *
 * @param program The whole command line.
 * @param context Where it writes.
 */
export function addVersionCommand(program: Command, context: CommandContext): void {
  program.command("version")
    .summary("print the version")
    .description("Print the version of mcpp and of what it runs on.")
    .option("--json", "print JSON also on a terminal")
    .action((options: { readonly json?: boolean }) => {
      const json = { mcpp: VERSION, ...Deno.version, os: Deno.build.os, arch: Deno.build.arch };
      const text = `mcpp ${VERSION} (deno ${Deno.version.deno}, ${json.os} ${json.arch})`;
      printResult(context.terminal, { json, text }, options);
    });
}
