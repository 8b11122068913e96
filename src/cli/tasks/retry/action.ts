import { callAndPrint } from "../../call_and_print.ts";
import type { ClientCommandOptions } from "../../client_options.ts";
import type { ClientCommandInput } from "../../with_client.ts";

/** The options of `mcpp tasks retry`. */
export interface RetryOptions extends ClientCommandOptions {
  readonly deadline?: number;
}

/** One `mcpp tasks retry`. */
export interface RetryInput extends ClientCommandInput<RetryOptions> {
  readonly taskId: string;
}

/**
 * Queue a task again and print it.
 *
 * @param input Which task, and whose.
 * @returns The exit code.
 */
export async function retryTask(input: RetryInput): Promise<number> {
  const { taskId, options: { deadline } } = input;
  return await callAndPrint(input, {
    tool: "p2p_taskqueue_retry",
    args: { "task_id": taskId, ...(deadline !== undefined && { "deadline_s": deadline }) },
  });
}
