import { callAndPrint } from "../../call_and_print.ts";
import type { ClientCommandOptions } from "../../client_options.ts";
import type { ClientCommandInput } from "../../with_client.ts";

/** The options of `mcpp tasks cancel`. */
export interface CancelOptions extends ClientCommandOptions {
  readonly reason?: string;
}

/** One `mcpp tasks cancel`. */
export interface CancelInput extends ClientCommandInput<CancelOptions> {
  readonly taskId: string;
}

/**
 * Cancel a task and print it.
 *
 * @param input Which task, and whose.
 * @returns The exit code.
 */
export async function cancelTask(input: CancelInput): Promise<number> {
  const { taskId, options: { reason } } = input;
  return await callAndPrint(input, {
    tool: "p2p_taskqueue_cancel",
    args: { "task_id": taskId, ...(reason !== undefined && { reason }) },
  });
}
