import type { Service } from "../app/mod.ts";
import { isCancellation } from "../concurrency/mod.ts";
import { EXIT } from "./exit_code.ts";
import type { Terminal } from "./terminal.ts";

/** How {@linkcode runService} is run. */
export interface RunServiceOptions {
  /** Where the line that says it is ready goes. */
  readonly terminal: Terminal;
  /** The signal that the service was created with. */
  readonly signal: AbortSignal;
}

/**
 * Run a service until it is told to stop, and print one line of JSON when it is ready.
 *
 * @param service The service.
 * @param options Where to print, and what stops it.
 * @returns The exit code: 0 after an orderly stop, which may come before it is ready.
 */
export async function runService<Ready extends object>(
  service: Service<Ready>,
  { terminal, signal }: RunServiceOptions,
): Promise<number> {
  const printReady = async (): Promise<void> => {
    const ready = await service.ready;
    terminal.writeOut(`${JSON.stringify({ event: "ready", ...ready })}\n`);
  };
  try {
    await Promise.all([service.run(), printReady()]);
  } catch (error) {
    if (!isCancellation(error, signal)) throw error;
  }
  return EXIT.ok;
}
