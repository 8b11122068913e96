import type { ClientCommandOptions } from "../../client_options.ts";
import { showProgress } from "../../show_progress.ts";
import { type ClientCommandInput, withClient } from "../../with_client.ts";
import { printTask } from "../print_task.ts";
import { waitUntilFinal } from "../wait_until_final.ts";

/** The options of `mcpp tasks wait`. */
export interface WaitOptions extends ClientCommandOptions {
  readonly timeout?: number;
}

/** One `mcpp tasks wait`. */
export interface WaitInput extends ClientCommandInput<WaitOptions> {
  readonly taskId: string;
}

/**
 * Wait for a task and print it.
 *
 * @param input Which task, and for how long.
 * @returns The exit code.
 */
export async function waitForTask(input: WaitInput): Promise<number> {
  const { taskId, options, terminal } = input;
  return await withClient(input, async (client, signal) => {
    const result = await showProgress(
      (onProgress) =>
        waitUntilFinal(client, { taskId, timeoutS: options.timeout, onProgress, signal }),
      { terminal, waitingFor: `task ${taskId}` },
    );
    return printTask(result, { taskId, options, terminal, mustComplete: true });
  });
}
