import { z } from "zod";
import { TASK_STATUSES, type TaskStatus } from "../../task/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import { toWireTask, type WireTask } from "../../taskqueue/mod.ts";
import { type TargetInput, targetOf, targetShape } from "../target.ts";
import { askQueue, type Fallbacks, fallbacks } from "./ask_queue.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { fitPage } from "./fit_page.ts";
import { summarizeTask, taskSchema } from "./task_schema.ts";

const inputSchema: z.ZodType<ListTasksInput> = z.lazy(() =>
  z.object({
    status: z.enum(["", ...TASK_STATUSES]).default("").describe("Only tasks in this state."),
    limit: z.int().min(1).max(1000).default(50),
    "task_types": z.array(z.string()).nullable().default(null).describe("Only these types."),
    "after_task_id": z.string().default("").describe("Next page: next_after of the page before."),
    ...targetShape,
  })
);

const outputSchema: z.ZodType<ListTasksOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    tasks: z.array(taskSchema).describe("Oldest first."),
    "next_after": z.string().optional().describe(
      "There may be more: give it as after_task_id for the next page.",
    ),
    truncated: z.literal(true).optional().describe("Fewer than limit, as more would not fit."),
    fallbacks,
  })
);

/** Arguments of {@linkcode listTasks}, defaults filled in. */
export interface ListTasksInput extends TargetInput {
  /** Only tasks in this state; empty for any. */
  readonly status: TaskStatus | "";
  /** 1 to 1000. */
  readonly limit: number;
  /** Only these types; `null` for any. */
  readonly "task_types": readonly string[] | null;
  /** Only tasks submitted after this one; empty for all. */
  readonly "after_task_id": string;
}

/** Result of {@linkcode listTasks}. */
export interface ListTasksOutput extends Fallbacks {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** Oldest first. */
  readonly tasks: readonly WireTask[];
  /** There may be more behind this task. */
  readonly "next_after"?: string | undefined;
  /** Fewer than `limit`, as more would not fit into a reply. */
  readonly truncated?: true | undefined;
}

/** Lists the tasks of a queue. */
export const listTasks: Tool<TaskQueueToolDeps, ListTasksInput, ListTasksOutput> = {
  name: "p2p_taskqueue_list_tasks",
  title: "List tasks",
  family: "tasks",
  description: "List tasks of a queue, oldest first, by state and type, page by page.",
  input: inputSchema,
  output: outputSchema,
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ tasks }) =>
    tasks.length === 0 ? "No tasks" : tasks.map((task) => summarizeTask(task)).join("\n"),
  run: ({ queues }, input, { signal }) =>
    askQueue(queues, targetOf(input), async (queue) => {
      const page = await queue.list({
        status: input.status === "" ? undefined : input.status,
        types: input["task_types"] ?? undefined,
        limit: input.limit,
        afterTaskId: input["after_task_id"] || undefined,
      }, { signal });
      return toPage(page.map((task) => toWireTask(task)), input.limit);
    }),
};

function toPage(page: readonly WireTask[], limit: number): ListTasksOutput {
  const tasks = fitPage(page);
  const isCut = tasks.length < page.length;
  const last = tasks.at(-1)?.["task_id"];
  return {
    ok: true,
    tasks,
    ...((isCut || tasks.length === limit) && last !== undefined && { "next_after": last }),
    ...(isCut && { truncated: true }),
  };
}
