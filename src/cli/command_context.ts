import type { Terminal } from "./terminal.ts";

/** What every command is given. */
export interface CommandContext {
  /** Where it reads and writes. */
  readonly terminal: Terminal;
  /** Sets the exit code of the process. */
  readonly setExitCode: (code: number) => void;
}
