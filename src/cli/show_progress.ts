import type { Terminal } from "./terminal.ts";

/**
 * Show a person who waits at a terminal that something happens; a script's log stays clean.
 *
 * @param terminal Where to.
 * @param message What happens, if it is known.
 */
export function showProgress(terminal: Terminal, message: string | undefined): void {
  if (terminal.isInteractive && message !== undefined) terminal.writeErr(`… ${message}\n`);
}
