import { type ClientCommandInput, withClient } from "../../with_client.ts";
import { printTask } from "../print_task.ts";

/** One `mcpp tasks get`. */
export interface GetInput extends ClientCommandInput {
  readonly taskId: string;
}

/**
 * Print a task.
 *
 * @param input Which task, and whose.
 * @returns The exit code.
 */
export async function getTask(input: GetInput): Promise<number> {
  const { taskId } = input;
  return await withClient(input, async (client, signal) => {
    const args = { "task_id": taskId };
    const result = await client.callTool("p2p_taskqueue_get_task", args, { signal });
    return printTask(result, { ...input, taskId });
  });
}
