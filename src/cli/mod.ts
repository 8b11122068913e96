/**
 * The `mcpp` command.
 *
 * @module
 */

export { EXIT, type ExitCode } from "./exit_code.ts";
export { runCli, type RunCliOptions } from "./run_cli.ts";
export type { StatusLine, StatusLineOptions } from "./status_line.ts";
export type { Terminal, TerminalSize } from "./terminal.ts";
