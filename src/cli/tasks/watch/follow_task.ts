import { z } from "zod";
import type { JsonObject } from "../../../codec/mod.ts";
import { systemClock } from "../../../concurrency/mod.ts";
import type { McpClient, RemoteToolResult } from "../../../mcp/mod.ts";
import { isFinal, type ShownTask, shownTaskSchema } from "../shown_task.ts";

/** Longest single call: a server that has gone is noticed within this time. */
const MAX_CALL_S = 60;
const MAX_LINES = 1000;

const entrySchema = z.object({
  seq: z.number(),
  at: z.number(),
  stream: z.string(),
  message: z.string(),
});

const resultSchema = z.looseObject({
  task: z.record(z.string(), z.json()).nullable(),
  logs: z.array(entrySchema),
  cursor: z.number(),
  more: z.boolean(),
});

/** A line of a task's log. */
export type LogLine = z.infer<typeof entrySchema>;

/** Something that happened to a task. */
export type News =
  | { readonly event: "log"; readonly line: LogLine }
  | { readonly event: "task"; readonly task: ShownTask; readonly json: JsonObject };

/** What to follow. */
export interface FollowTaskOptions {
  /** The task. */
  readonly taskId: string;
  /** Leave out the log up to this line. @default {0} */
  readonly after?: number | undefined;
  /** Longest time, in seconds. @default {Infinity} */
  readonly timeoutS?: number | undefined;
  /** Told of each change and each line, in order. */
  readonly onNews: (news: News) => void;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/** How it ended. */
export interface FollowedTask {
  /** The result of a call that failed. */
  readonly refusal?: RemoteToolResult | undefined;
  /** The task as it is; `undefined` if there is none. */
  readonly task?: ShownTask | undefined;
}

/**
 * Follow a task until it ends and all of its log was told, or the time is up.
 *
 * @param client Calls the server.
 * @param options What to follow.
 * @returns How it ended.
 */
export async function followTask(
  client: McpClient,
  options: FollowTaskOptions,
): Promise<FollowedTask> {
  const { taskId, timeoutS = Infinity, onNews, signal } = options;
  const endMs = systemClock.monotonicMs() + timeoutS * 1000;
  let { after = 0 } = options;
  let known: ShownTask | undefined;
  for (;;) {
    const leftS = Math.max(0, (endMs - systemClock.monotonicMs()) / 1000);
    const result = await client.callTool("p2p_taskqueue_watch", {
      "task_id": taskId,
      "timeout_s": Math.min(MAX_CALL_S, leftS),
      after,
      until: "news",
      "updated_after": known?.["updated_at"] ?? 0,
      "max_logs": MAX_LINES,
    }, { signal });
    if (result.isError) return { refusal: result };
    const { task: json, logs, cursor } = resultSchema.parse(result.structuredContent);
    if (json === null) return {};
    for (const line of logs) onNews({ event: "log", line });
    const task = shownTaskSchema.parse(json);
    if (hasChanged(task, known)) onNews({ event: "task", task, json: json as JsonObject });
    // The log of a task that has ended may still have lines that were not told.
    if ((isFinal(task) && logs.length === 0) || leftS === 0) return { task };
    [after, known] = [cursor, task];
  }
}

/** Renewals of the lease alone are no news. */
function hasChanged(task: ShownTask, known: ShownTask | undefined): boolean {
  return known === undefined || task.status !== known.status || task.attempt !== known.attempt ||
    JSON.stringify(task.progress) !== JSON.stringify(known.progress);
}
