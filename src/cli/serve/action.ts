import { createServer } from "../../app/mod.ts";
import type { Config } from "../../config/mod.ts";
import { configureCommandLogging } from "../logging.ts";
import { runService } from "../run_service.ts";
import { listenForStop } from "../stop_signal.ts";
import { serveStdio } from "./serve_stdio.ts";
import type { Terminal } from "../terminal.ts";

/** How a node is run. */
export interface ServeOptions {
  /** Where the line that says it is ready goes. */
  readonly terminal: Terminal;
  /** Whether it serves standard input and output instead of HTTP. */
  readonly stdio: boolean;
}

/**
 * Run a node until SIGINT or SIGTERM.
 *
 * @param config The configuration.
 * @param options Where the line that says it is ready goes, and what is served.
 * @returns The exit code: 0 after an orderly stop.
 */
export async function serve(
  config: Config,
  { terminal, stdio }: ServeOptions,
): Promise<number> {
  configureCommandLogging(config, terminal);
  using stop = listenForStop();
  if (stdio) return await serveStdio(config, stop.signal);
  const server = createServer(config, { signal: stop.signal });
  return await runService(server, { terminal, signal: stop.signal });
}
