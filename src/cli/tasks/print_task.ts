import { systemClock } from "../../concurrency/mod.ts";
import type { RemoteToolResult } from "../../mcp/mod.ts";
import { EXIT, type ExitCode } from "../exit_code.ts";
import { printToolResult, type PrintToolResultOptions } from "../print_tool_result.ts";
import { printFailure } from "../terminal.ts";
import { describeTask } from "./describe_task.ts";
import { readTask } from "./shown_task.ts";
import { noSuchTask, toTaskFailure } from "./task_failure.ts";

/** How a task is printed. */
export interface PrintTaskOptions extends Omit<PrintToolResultOptions, "toText"> {
  /** The task, for the error if there is none. */
  readonly taskId: string;
  /** Whether a task that has not completed is a failure of the command. @default {false} */
  readonly mustComplete?: boolean | undefined;
}

/**
 * Print the task that a tool returned.
 *
 * @param result What the call came to; its member `task` is the task or `null`.
 * @param options How to print it.
 * @returns The exit code.
 */
export function printTask(result: RemoteToolResult, options: PrintTaskOptions): ExitCode {
  const { taskId, mustComplete = false, ...printing } = options;
  if (result.isError) return printToolResult(result, printing);
  const task = readTask(result.structuredContent);
  const toText = () => task === undefined ? "No such task" : describeTask(task, systemClock.now());
  printToolResult(result, { ...printing, toText });
  const failure = task === undefined
    ? noSuchTask(taskId)
    : mustComplete
    ? toTaskFailure(task)
    : undefined;
  if (failure === undefined) return EXIT.ok;
  printFailure(printing.terminal, failure);
  return EXIT.failed;
}
