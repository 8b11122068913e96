import { z } from "zod";
import type { JsonObject } from "../../../codec/mod.ts";
import type { ClientCommandOptions } from "../../client_options.ts";
import { printToolResult } from "../../print_tool_result.ts";
import { readArguments } from "../../read_arguments.ts";
import { showProgress } from "../../show_progress.ts";
import { type ClientCommandInput, withClient } from "../../with_client.ts";
import { printTask } from "../print_task.ts";
import { waitUntilFinal } from "../wait_until_final.ts";

/** The options of `mcpp tasks submit`. */
export interface SubmitOptions extends ClientCommandOptions {
  readonly model?: string;
  readonly priority?: number;
  readonly delay?: number;
  readonly deadline?: number;
  readonly maxAttempts?: number;
  readonly key?: string;
  readonly id?: string;
  readonly requires?: readonly string[];
  readonly session?: string;
  readonly wait?: boolean;
}

/** One `mcpp tasks submit`. */
export interface SubmitInput extends ClientCommandInput<SubmitOptions> {
  readonly type: string;
  /** As given on the command line. */
  readonly payload: string | undefined;
}

const receiptSchema = z.looseObject({ "task_id": z.string() });

/**
 * Submit a task, and wait for it if asked to.
 *
 * @param input The task, and whose queue.
 * @returns The exit code.
 */
export async function submitTask(input: SubmitInput): Promise<number> {
  const { options, terminal } = input;
  const args = toArguments(input, await readArguments(input.payload, terminal));
  return await withClient(input, async (client, signal) => {
    const submitted = await client.callTool("p2p_taskqueue_submit", args, { signal });
    if (submitted.isError || options.wait !== true) return printToolResult(submitted, input);
    const { "task_id": taskId } = receiptSchema.parse(submitted.structuredContent);
    // Who is interrupted while waiting can go on with the id.
    terminal.writeErr(`Submitted task ${taskId}\n`);
    const result = await showProgress(
      (onProgress) => waitUntilFinal(client, { taskId, onProgress, signal }),
      { terminal, waitingFor: `task ${taskId}` },
    );
    return printTask(result, { taskId, options, terminal, mustComplete: true });
  });
}

function toArguments({ type, options }: SubmitInput, payload: JsonObject): JsonObject {
  const members = {
    "model_name": options.model,
    priority: options.priority,
    "delay_s": options.delay,
    "deadline_s": options.deadline,
    "max_attempts": options.maxAttempts,
    "idempotency_key": options.key,
    "task_id": options.id,
    requires: options.requires,
    "session_id": options.session,
  };
  const given = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const]
  );
  return { "task_type": type, payload, ...Object.fromEntries(given) };
}
