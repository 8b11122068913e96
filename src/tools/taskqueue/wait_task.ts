import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";
import { toWireTask, type WireTask } from "../../taskqueue/mod.ts";
import { toMs } from "../seconds.ts";
import { type TargetInput, targetOf, targetShape } from "../target.ts";
import { askQueue, type Fallbacks, fallbacks } from "./ask_queue.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { summarizeTask, taskSchema } from "./task_schema.ts";

const inputSchema: z.ZodType<WaitTaskInput> = z.lazy(() =>
  z.object({
    "task_id": z.string().min(1),
    "timeout_s": z.number().nonnegative().max(86_400).default(60).describe(
      "Longest wait in seconds; 0 returns at once.",
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
}

/** Result of {@linkcode waitTask}. */
export interface WaitTaskOutput extends Fallbacks {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** The task as it is; `null` if there is none. */
  readonly task: WireTask | null;
}

/** Waits until a task has ended, passing its progress on. */
export const waitTask: Tool<TaskQueueToolDeps, WaitTaskInput, WaitTaskOutput> = {
  name: "p2p_taskqueue_wait_task",
  title: "Wait for a task",
  description:
    "Wait until a task has completed, failed or been cancelled, and return it with its " +
    "result. When the time is up it is returned as it is: look at its status.",
  input: inputSchema,
  output: outputSchema,
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ task }) => summarizeTask(task),
  run: ({ queues }, input, { signal, reportProgress }) =>
    askQueue(queues, targetOf(input), async (queue) => {
      let reports = 0;
      const task = await queue.wait({
        taskId: input["task_id"],
        timeoutMs: toMs(input["timeout_s"]),
        onProgress: ({ status, progress }) => {
          reports++;
          reportProgress({ progress: reports, message: JSON.stringify(progress ?? { status }) });
        },
      }, { signal });
      return { ok: true, task: task === undefined ? null : toWireTask(task) };
    }),
};
