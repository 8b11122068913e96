import { createServer } from "../../app/mod.ts";
import type { Config } from "../../config/mod.ts";
import { configureCommandLogging } from "../logging.ts";
import { runService } from "../run_service.ts";
import { listenForStop } from "../stop_signal.ts";
import type { Terminal } from "../terminal.ts";

/**
 * Run a node until SIGINT or SIGTERM.
 *
 * @param config The configuration.
 * @param terminal Where the line that says it is ready goes.
 * @returns The exit code: 0 after an orderly stop.
 */
export async function serve(config: Config, terminal: Terminal): Promise<number> {
  configureCommandLogging(config, terminal);
  using stop = listenForStop();
  const server = createServer(config, { signal: stop.signal });
  return await runService(server, { terminal, signal: stop.signal });
}
