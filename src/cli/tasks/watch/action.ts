import type { ClientCommandOptions } from "../../client_options.ts";
import { EXIT } from "../../exit_code.ts";
import { printToolResult } from "../../print_tool_result.ts";
import { showProgress } from "../../show_progress.ts";
import { printFailure } from "../../terminal.ts";
import { type ClientCommandInput, withClient } from "../../with_client.ts";
import { noSuchTask, toTaskFailure } from "../task_failure.ts";
import { followTask } from "./follow_task.ts";
import { printNews } from "./print_news.ts";

/** The options of `mcpp tasks watch`. */
export interface WatchOptions extends ClientCommandOptions {
  readonly timeout?: number;
  readonly after?: number;
}

/** One `mcpp tasks watch`. */
export interface WatchInput extends ClientCommandInput<WatchOptions> {
  readonly taskId: string;
}

/**
 * Follow a task and print what happens.
 *
 * @param input Which task, and for how long.
 * @returns The exit code.
 */
export async function watchTask(input: WatchInput): Promise<number> {
  const { taskId, options, terminal } = input;
  return await withClient(input, async (client, signal) => {
    const { refusal, task } = await showProgress(
      (onProgress) =>
        followTask(client, {
          taskId,
          after: options.after,
          timeoutS: options.timeout,
          onNews: (news) => printNews(news, { terminal, options, onProgress }),
          signal,
        }),
      { terminal, waitingFor: `task ${taskId}` },
    );
    if (refusal !== undefined) return printToolResult(refusal, input);
    const failure = task === undefined ? noSuchTask(taskId) : toTaskFailure(task);
    if (failure === undefined) return EXIT.ok;
    printFailure(terminal, failure);
    return EXIT.failed;
  });
}
