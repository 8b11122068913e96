import { z } from "zod";
import type { Tool, ToolContext } from "../../mcp/mod.ts";
import type { Task } from "../../task/mod.ts";
import { type TaskQueue, toWireTask, type WireTask } from "../../taskqueue/mod.ts";
import { ProgressTeller } from "../progress_teller.ts";
import { toMs } from "../seconds.ts";
import { type TargetInput, targetOf, targetShape } from "../target.ts";
import { askQueue, type Fallbacks, fallbacks } from "./ask_queue.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { summarizeTask, taskSchema } from "./task_schema.ts";
import { TaskNews, type WireLogEntry } from "./task_news.ts";

const inputSchema: z.ZodType<WatchTaskInput> = z.lazy(() =>
  z.object({
    "task_id": z.string().min(1),
    "timeout_s": z.number().nonnegative().max(86_400).default(60).describe(
      "Longest wait in seconds; 0 returns at once, with what there is.",
    ),
    after: z.int().nonnegative().default(0).describe(
      "Only lines of the log behind this cursor: the cursor of the call before.",
    ),
    until: z.enum(["end", "news"]).default("end").describe(
      "end: return when the task has ended. news: return at the first change or line of log.",
    ),
    "updated_after": z.number().nonnegative().default(0).describe(
      "With until news: a task that last changed then or before is no news; its updated_at.",
    ),
    "max_logs": z.int().min(1).max(1000).default(200).describe("Lines of log to return at most."),
    ...targetShape,
  })
);

const outputSchema: z.ZodType<WatchTaskOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    task: taskSchema.nullable().describe("null: no such task. Still running: see its status."),
    logs: z.array(z.object({
      seq: z.int(),
      at: z.number().describe("Seconds since the epoch."),
      stream: z.string(),
      message: z.string(),
    })).describe("Lines of the log behind after, oldest first."),
    cursor: z.int().describe("Give it as after to go on."),
    more: z.boolean().describe("There are more lines behind the cursor already."),
    fallbacks,
  })
);

/** Arguments of {@linkcode watchTask}, defaults filled in. */
export interface WatchTaskInput extends TargetInput {
  /** The task. */
  readonly "task_id": string;
  /** Longest wait in seconds; 0 returns at once. */
  readonly "timeout_s": number;
  /** Only lines of the log behind this cursor. */
  readonly after: number;
  /** Whether to return at the end of the task or at the first piece of news. */
  readonly until: "end" | "news";
  /** With `news`: when the caller's knowledge of the task last changed, in seconds. */
  readonly "updated_after": number;
  /** Lines of log to return at most. */
  readonly "max_logs": number;
}

/** Result of {@linkcode watchTask}. */
export interface WatchTaskOutput extends Fallbacks {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** The task as it is; `null` if there is none. */
  readonly task: WireTask | null;
  /** Lines of the log, oldest first. */
  readonly logs: readonly WireLogEntry[];
  /** Where to go on. */
  readonly cursor: number;
  /** Whether there are more lines behind the cursor already. */
  readonly more: boolean;
}

/** Follows a task: each change of it and each line of its log is reported as progress. */
export const watchTask: Tool<TaskQueueToolDeps, WatchTaskInput, WatchTaskOutput> = {
  name: "p2p_taskqueue_watch",
  title: "Watch a task",
  family: "tasks",
  description:
    "Follow a task until it ends: every change of its state and every line of its log is reported " +
    "as progress. Returns the task and its log; when the time is up, the task as it is.",
  input: inputSchema,
  output: outputSchema,
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ task, logs }) =>
    [...logs.map(({ message }) => message), summarizeTask(task)].join("\n"),
  run: ({ queues, clock }, input, context) =>
    askQueue<WatchTaskOutput>(queues, targetOf(input), async (queue) => {
      using teller = new ProgressTeller(context.reportProgress, { clock });
      const news = new TaskNews(input, teller);
      const task = await watch(queue, input, { context, news });
      return { ok: true, task: task === undefined ? null : toWireTask(task), ...news.toMembers() };
    }),
};

/** Watch until the end, the time is up, or there is news if that is enough. */
async function watch(
  queue: TaskQueue,
  input: WatchTaskInput,
  options: { readonly context: ToolContext; readonly news: TaskNews },
): Promise<Task | undefined> {
  const { context: { signal }, news } = options;
  const taskId = input["task_id"];
  const enough = new AbortController();
  const onEvent: Parameters<TaskQueue["watch"]>[0]["onEvent"] = (event) => {
    news.take(event);
    // Not at once: what comes in together is told together.
    if (input.until === "news" && news.hasNews) queueMicrotask(() => enough.abort());
  };
  try {
    const watched = await queue.watch(
      { taskId, timeoutMs: toMs(input["timeout_s"]), afterLog: input.after, onEvent },
      { signal: AbortSignal.any([signal, enough.signal]) },
    );
    return watched?.task;
  } catch (error) {
    if (signal.aborted || !enough.signal.aborted) throw error;
    return news.task ?? await queue.get(taskId, { signal });
  }
}
