import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";
import { askAtEdge, toWireTask, type WireTask } from "../../taskqueue/mod.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { remoteMultiaddr, remotePeerId, toQueueTarget } from "./target.ts";
import { summarizeTask, taskSchema } from "./task_schema.ts";

const inputSchema: z.ZodType<WaitTaskInput> = z.object({
  "task_id": z.string().min(1),
  "timeout_s": z.number().nonnegative().max(86_400).default(60).describe(
    "Longest wait in seconds; 0 returns at once.",
  ),
  "remote_multiaddr": remoteMultiaddr,
  "remote_peer_id": remotePeerId,
});

const outputSchema: z.ZodType<WaitTaskOutput> = z.object({
  ok: z.literal(true),
  task: taskSchema.nullable().describe("null: no such task. Still running: see its status."),
});

/** Arguments of {@linkcode waitTask}, defaults filled in. */
export interface WaitTaskInput {
  /** The task. */
  readonly "task_id": string;
  /** Longest wait in seconds; 0 returns at once. */
  readonly "timeout_s": number;
  /** Address of the node whose queue is meant; empty for this node. */
  readonly "remote_multiaddr": string;
  /** Id of the node whose queue is meant; empty for not by id. */
  readonly "remote_peer_id": string;
}

/** Result of {@linkcode waitTask}. */
export interface WaitTaskOutput {
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
  annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: true },
  summarize: ({ task }) => summarizeTask(task),
  async run({ queues }, input, { signal, reportProgress }) {
    const queue = queues.queueOf(toQueueTarget(input["remote_multiaddr"], input["remote_peer_id"]));
    let reports = 0;
    const task = await askAtEdge(() =>
      queue.wait({
        taskId: input["task_id"],
        timeoutMs: Math.round(input["timeout_s"] * 1000),
        onProgress: ({ status, progress }) => {
          reports++;
          reportProgress({ progress: reports, message: JSON.stringify(progress ?? { status }) });
        },
      }, { signal })
    );
    return { ok: true, task: task === undefined ? null : toWireTask(task) };
  },
};
