import { createWorkerNode } from "../../app/mod.ts";
import type { Config } from "../../config/mod.ts";
import { configureCommandLogging } from "../logging.ts";
import { runService } from "../run_service.ts";
import { listenForStop } from "../stop_signal.ts";
import type { Terminal } from "../terminal.ts";

/** What `mcpp worker` was given besides its settings. */
export interface WorkInput {
  /** Address of the node to take tasks from; the one announced on this machine if absent. */
  readonly peer: string | undefined;
  readonly terminal: Terminal;
}

/**
 * Execute tasks of another node until SIGINT or SIGTERM.
 *
 * @param config The configuration.
 * @param input Whose tasks, and where the line that says it is ready goes.
 * @returns The exit code: 0 after an orderly stop.
 */
export async function work(config: Config, input: WorkInput): Promise<number> {
  const { peer, terminal } = input;
  configureCommandLogging(config, terminal);
  using stop = listenForStop();
  const node = createWorkerNode(config, { peer, signal: stop.signal });
  return await runService(node, { terminal, signal: stop.signal });
}
