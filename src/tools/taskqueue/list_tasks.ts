import { z } from "zod";
import { TASK_STATUSES, type TaskStatus } from "../../task/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import { askAtEdge, toWireTask, type WireTask } from "../../taskqueue/mod.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { remoteMultiaddr, remotePeerId, toQueueTarget } from "./target.ts";
import { summarizeTask, taskSchema } from "./task_schema.ts";

const inputSchema: z.ZodType<ListTasksInput> = z.object({
  status: z.enum(["", ...TASK_STATUSES]).default("").describe("Only tasks in this state."),
  limit: z.int().min(1).max(1000).default(50),
  "task_types": z.array(z.string()).nullable().default(null).describe("Only these types."),
  "after_task_id": z.string().default("").describe("Next page: the last id of the page before."),
  "remote_multiaddr": remoteMultiaddr,
  "remote_peer_id": remotePeerId,
});

const outputSchema: z.ZodType<ListTasksOutput> = z.object({
  ok: z.literal(true),
  tasks: z.array(taskSchema).describe("Oldest first."),
});

/** Arguments of {@linkcode listTasks}, defaults filled in. */
export interface ListTasksInput {
  /** Only tasks in this state; empty for any. */
  readonly status: TaskStatus | "";
  /** 1 to 1000. */
  readonly limit: number;
  /** Only these types; `null` for any. */
  readonly "task_types": readonly string[] | null;
  /** Only tasks submitted after this one; empty for all. */
  readonly "after_task_id": string;
  /** Address of the node whose queue is meant; empty for this node. */
  readonly "remote_multiaddr": string;
  /** Id of the node whose queue is meant; empty for not by id. */
  readonly "remote_peer_id": string;
}

/** Result of {@linkcode listTasks}. */
export interface ListTasksOutput {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** Oldest first. */
  readonly tasks: readonly WireTask[];
}

/** Lists the tasks of a queue. */
export const listTasks: Tool<TaskQueueToolDeps, ListTasksInput, ListTasksOutput> = {
  name: "p2p_taskqueue_list_tasks",
  title: "List tasks",
  description: "List tasks of a queue, oldest first, by state and type, page by page.",
  input: inputSchema,
  output: outputSchema,
  annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: true },
  summarize: ({ tasks }) =>
    tasks.length === 0 ? "No tasks" : tasks.map((task) => summarizeTask(task)).join("\n"),
  async run({ queues }, input, { signal }) {
    const queue = queues.queueOf(toQueueTarget(input["remote_multiaddr"], input["remote_peer_id"]));
    const tasks = await askAtEdge(() =>
      queue.list({
        status: input.status === "" ? undefined : input.status,
        types: input["task_types"] ?? undefined,
        limit: input.limit,
        afterTaskId: input["after_task_id"] || undefined,
      }, { signal })
    );
    return { ok: true, tasks: tasks.map((task) => toWireTask(task)) };
  },
};
