import { z } from "zod";
import type { Tool, ToolContext } from "../../mcp/mod.ts";
import { isTerminal, type Task } from "../../task/mod.ts";
import { type TaskQueue, toWireTask, type WireTask } from "../../taskqueue/mod.ts";
import { ProgressTeller } from "../progress_teller.ts";
import { toMs } from "../seconds.ts";
import { type TargetInput, targetOf, targetShape } from "../target.ts";
import { askQueue, type Fallbacks, fallbacks } from "./ask_queue.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { summarizeTask, taskSchema } from "./task_schema.ts";
import { tellTaskEvent } from "./tell_task_event.ts";

const inputSchema: z.ZodType<WaitTaskInput> = z.lazy(() =>
  z.object({
    "task_id": z.string().min(1),
    "timeout_s": z.number().nonnegative().max(86_400).default(60).describe(
      "Longest wait in seconds; 0 returns at once.",
    ),
    after: z.int().nonnegative().optional().describe(
      "Report lines of the log behind this one: the log_count of the task returned before. " +
        "Absent: only new lines.",
    ),
    ...targetShape,
  })
);

const outputSchema: z.ZodType<WaitTaskOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    task: taskSchema.nullable().describe("null: no such task. Still running: see its status."),
    fallbacks,
  })
);

/** Arguments of {@linkcode waitTask}, defaults filled in. */
export interface WaitTaskInput extends TargetInput {
  /** The task. */
  readonly "task_id": string;
  /** Longest wait in seconds; 0 returns at once. */
  readonly "timeout_s": number;
  /** Report lines of the log behind this one; absent for only new lines. */
  readonly after?: number | undefined;
}

/** Result of {@linkcode waitTask}. */
export interface WaitTaskOutput extends Fallbacks {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** The task as it is; `null` if there is none. */
  readonly task: WireTask | null;
}

/** Waits until a task has ended, passing its progress and its log on. */
export const waitTask: Tool<TaskQueueToolDeps, WaitTaskInput, WaitTaskOutput> = {
  name: "p2p_taskqueue_wait_task",
  title: "Wait for a task",
  family: "tasks",
  description:
    "Wait until a task has completed, failed or been cancelled, and return it with its " +
    "result. When the time is up it is returned as it is: look at its status. Meanwhile its " +
    "progress and its log are reported as progress.",
  input: inputSchema,
  output: outputSchema,
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ task }) => summarizeTask(task),
  run: ({ queues, clock }, input, context) =>
    askQueue(queues, targetOf(input), async (queue) => {
      using teller = new ProgressTeller(context.reportProgress, { clock });
      const task = await waitFor(queue, input, { signal: context.signal, teller });
      return { ok: true, task: task === undefined ? null : toWireTask(task) };
    }),
};

/** What is known of the log is not told again. */
async function waitFor(
  queue: TaskQueue,
  { "task_id": taskId, "timeout_s": timeoutS, after }: WaitTaskInput,
  { signal, teller }: Pick<ToolContext, "signal"> & { readonly teller: ProgressTeller },
): Promise<Task | undefined> {
  let afterLog = after;
  if (afterLog === undefined || timeoutS === 0) {
    const task = await queue.get(taskId, { signal });
    if (task === undefined || isTerminal(task.status) || timeoutS === 0) return task;
    afterLog = task.logCount;
  }
  const watched = await queue.watch({
    taskId,
    timeoutMs: toMs(timeoutS),
    afterLog,
    onEvent: (event) => tellTaskEvent(teller, event),
  }, { signal });
  return watched?.task;
}
