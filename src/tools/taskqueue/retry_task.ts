import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";
import { toWireTask } from "../../taskqueue/mod.ts";
import { toMs } from "../seconds.ts";
import { type TargetInput, targetOf, targetShape } from "../target.ts";
import { askQueue } from "./ask_queue.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { summarizeTask, type TaskChange, taskChangeSchema } from "./task_schema.ts";

const inputSchema: z.ZodType<RetryTaskInput> = z.lazy(() =>
  z.object({
    "task_id": z.string().min(1),
    "deadline_s": z.number().positive().optional().describe("Fail unless done within this time."),
    ...targetShape,
  })
);

/** Arguments of {@linkcode retryTask}, defaults filled in. */
export interface RetryTaskInput extends TargetInput {
  /** The task. */
  readonly "task_id": string;
  /** Seconds until it must be done. */
  readonly "deadline_s"?: number | undefined;
}

/** Queues a failed or cancelled task again. */
export const retryTask: Tool<TaskQueueToolDeps, RetryTaskInput, TaskChange> = {
  name: "p2p_taskqueue_retry",
  title: "Retry a task",
  family: "tasks",
  description:
    "Queue a task again that has failed or was cancelled, with all its attempts before it. Its " +
    "id and the history of its failures stay.",
  input: inputSchema,
  output: taskChangeSchema,
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: true,
  },
  summarize: ({ task }) => summarizeTask(task),
  run: ({ queues }, input, { signal }) =>
    askQueue(queues, targetOf(input), async (queue) => {
      const deadlineMs = toMs(input["deadline_s"]);
      const task = await queue.retry({ taskId: input["task_id"], deadlineMs }, { signal });
      return { ok: true, "task_id": task.id, "peer_id": queue.peerId, task: toWireTask(task) };
    }),
};
