import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";
import { askAtEdge, toWireTask, type WireTask } from "../../taskqueue/mod.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { remoteMultiaddr, remotePeerId, toQueueTarget } from "./target.ts";
import { summarizeTask, taskSchema } from "./task_schema.ts";

const inputSchema: z.ZodType<GetTaskInput> = z.object({
  "task_id": z.string().min(1),
  "remote_multiaddr": remoteMultiaddr,
  "remote_peer_id": remotePeerId,
});

const outputSchema: z.ZodType<GetTaskOutput> = z.object({
  ok: z.literal(true),
  task: taskSchema.nullable().describe("null: no such task."),
});

/** Arguments of {@linkcode getTask}, defaults filled in. */
export interface GetTaskInput {
  /** The task. */
  readonly "task_id": string;
  /** Address of the node whose queue is meant; empty for this node. */
  readonly "remote_multiaddr": string;
  /** Id of the node whose queue is meant; empty for not by id. */
  readonly "remote_peer_id": string;
}

/** Result of {@linkcode getTask}. */
export interface GetTaskOutput {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** The task as it is; `null` if there is none. */
  readonly task: WireTask | null;
}

/** Looks a task up. */
export const getTask: Tool<TaskQueueToolDeps, GetTaskInput, GetTaskOutput> = {
  name: "p2p_taskqueue_get_task",
  title: "Get a task",
  description: "Return a task as it is now, with its progress and, once completed, its result.",
  input: inputSchema,
  output: outputSchema,
  annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: true },
  summarize: ({ task }) => summarizeTask(task),
  async run({ queues }, input, { signal }) {
    const queue = queues.queueOf(toQueueTarget(input["remote_multiaddr"], input["remote_peer_id"]));
    const task = await askAtEdge(() => queue.get(input["task_id"], { signal }));
    return { ok: true, task: task === undefined ? null : toWireTask(task) };
  },
};
