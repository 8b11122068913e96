import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";
import { toWireTask, type WireTask } from "../../taskqueue/mod.ts";
import { type TargetInput, targetOf, targetShape } from "../target.ts";
import { askQueue, type Fallbacks, fallbacks } from "./ask_queue.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { summarizeTask, taskSchema } from "./task_schema.ts";

const inputSchema: z.ZodType<GetTaskInput> = z.lazy(() =>
  z.object({
    "task_id": z.string().min(1),
    ...targetShape,
  })
);

const outputSchema: z.ZodType<GetTaskOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    task: taskSchema.nullable().describe("null: no such task."),
    fallbacks,
  })
);

/** Arguments of {@linkcode getTask}, defaults filled in. */
export interface GetTaskInput extends TargetInput {
  /** The task. */
  readonly "task_id": string;
}

/** Result of {@linkcode getTask}. */
export interface GetTaskOutput extends Fallbacks {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** The task as it is; `null` if there is none. */
  readonly task: WireTask | null;
}

/** Looks a task up. */
export const getTask: Tool<TaskQueueToolDeps, GetTaskInput, GetTaskOutput> = {
  name: "p2p_taskqueue_get_task",
  title: "Get a task",
  family: "tasks",
  description: "Return a task as it is now, with its progress and, once completed, its result.",
  input: inputSchema,
  output: outputSchema,
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ task }) => summarizeTask(task),
  run: ({ queues }, input, { signal }) =>
    askQueue(queues, targetOf(input), async (queue) => {
      const task = await queue.get(input["task_id"], { signal });
      return { ok: true, task: task === undefined ? null : toWireTask(task) };
    }),
};
