import { systemClock } from "../../concurrency/mod.ts";
import type { McpClient, RemoteToolResult } from "../../mcp/mod.ts";
import type { ShownProgress } from "../format_progress.ts";
import { isFinal, readTask } from "./shown_task.ts";

/** What to wait for. */
export interface WaitUntilFinalOptions {
  /** The task. */
  readonly taskId: string;
  /** Longest wait, in seconds. @default {Infinity} */
  readonly timeoutS?: number | undefined;
  /** Told how far the task is. */
  readonly onProgress: (progress: ShownProgress) => void;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/** Longest single call: a server that has gone is noticed within this time. */
const MAX_CALL_S = 60;

/**
 * Wait until a task has ended, or the time is up.
 *
 * @param client Calls the server.
 * @param options What to wait for.
 * @returns The result of the last call, with the task as it is.
 */
export async function waitUntilFinal(
  client: McpClient,
  options: WaitUntilFinalOptions,
): Promise<RemoteToolResult> {
  const { taskId, timeoutS = Infinity, onProgress, signal } = options;
  const endMs = systemClock.monotonicMs() + timeoutS * 1000;
  let after: number | undefined;
  for (;;) {
    const leftS = Math.max(0, (endMs - systemClock.monotonicMs()) / 1000);
    const result = await client.callTool("p2p_taskqueue_wait_task", {
      "task_id": taskId,
      "timeout_s": Math.min(MAX_CALL_S, leftS),
      ...(after !== undefined && { after }),
    }, { signal, onProgress });
    if (result.isError || leftS <= MAX_CALL_S) return result;
    const task = readTask(result.structuredContent);
    if (task === undefined || isFinal(task)) return result;
    after = task["log_count"] ?? undefined;
  }
}
