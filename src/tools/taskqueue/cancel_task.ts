import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";
import { toWireTask } from "../../taskqueue/mod.ts";
import { type TargetInput, targetOf, targetShape } from "../target.ts";
import { askQueue } from "./ask_queue.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { summarizeTask, type TaskChange, taskChangeSchema } from "./task_schema.ts";

const inputSchema: z.ZodType<CancelTaskInput> = z.lazy(() =>
  z.object({
    "task_id": z.string().min(1),
    reason: z.string().max(1000).default("").describe("Why; becomes the error of the task."),
    ...targetShape,
  })
);

/** Arguments of {@linkcode cancelTask}, defaults filled in. */
export interface CancelTaskInput extends TargetInput {
  /** The task. */
  readonly "task_id": string;
  /** Becomes the message of the task's error. */
  readonly reason: string;
}

/** Cancels a task, whether it is queued or running. */
export const cancelTask: Tool<TaskQueueToolDeps, CancelTaskInput, TaskChange> = {
  name: "p2p_taskqueue_cancel",
  title: "Cancel a task",
  family: "tasks",
  description:
    "Cancel a task that has not ended. If it is running, its worker is told and stops. A task " +
    "that has completed or failed cannot be cancelled.",
  input: inputSchema,
  output: taskChangeSchema,
  annotations: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ task }) => summarizeTask(task),
  run: ({ queues }, input, { signal }) =>
    askQueue(queues, targetOf(input), async (queue) => {
      const taskId = input["task_id"];
      const reason = input.reason.trim() || "cancelled by its submitter";
      const task = await queue.cancel({ taskId, reason }, { signal });
      return { ok: true, "task_id": task.id, "peer_id": queue.peerId, task: toWireTask(task) };
    }),
};
