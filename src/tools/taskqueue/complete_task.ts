import { z } from "zod";
import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import { LeaseLostError, type Task } from "../../task/mod.ts";
import { type TaskQueue, toWireTask, type WorkOutcome } from "../../taskqueue/mod.ts";
import { jsonValue } from "../json_schema.ts";
import { type TargetInput, targetOf, targetShape } from "../target.ts";
import { askQueue } from "./ask_queue.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { summarizeTask, type TaskChange, taskChangeSchema } from "./task_schema.ts";

const inputSchema: z.ZodType<CompleteTaskInput> = z.lazy(() =>
  z.object({
    "task_id": z.string().min(1),
    status: z.enum(["completed", "failed", "cancelled"]).default("completed"),
    result: jsonValue.default(null).describe('What came of it; {"result": …} if not an object.'),
    error: z.string().nullable().default("").describe("Why it failed."),
    "error_code": z.string().default("").describe("Stable code of the failure."),
    retryable: z.boolean().default(false).describe(
      "true: another attempt may succeed, so a failed task is queued again while it has any left.",
    ),
    "worker_id": z.string().default("").describe("Who reports, as given to claim_next."),
    "lease_token": z.string().default("").describe(
      "The token from claim_next; needed if the task was claimed with lease.",
    ),
    ...targetShape,
  })
);

/** Arguments of {@linkcode completeTask}, defaults filled in. */
export interface CompleteTaskInput extends TargetInput {
  /** The task. */
  readonly "task_id": string;
  /** How the attempt ended. */
  readonly status: "completed" | "failed" | "cancelled";
  /** What came of it. */
  readonly result: JsonValue;
  /** Why it failed; empty or `null` for no reason. */
  readonly error: string | null;
  /** Stable code of the failure; empty for `executor_failed`. */
  readonly "error_code": string;
  /** Whether another attempt may succeed. */
  readonly retryable: boolean;
  /** Who reports; empty for not said. */
  readonly "worker_id": string;
  /** The token of the lease; empty for none. */
  readonly "lease_token": string;
}

/** Reports how the attempt at a claimed task ended. */
export const completeTask: Tool<TaskQueueToolDeps, CompleteTaskInput, TaskChange> = {
  name: "p2p_taskqueue_complete_task",
  title: "Complete a task",
  family: "tasks",
  description:
    "Report the end of a task that was claimed with p2p_taskqueue_claim_next: its result, or why " +
    "it failed. Refused with lease_lost when the lease is no longer held.",
  input: inputSchema,
  output: taskChangeSchema,
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ task }) => summarizeTask(task),
  run: ({ queues }, input, { signal }) =>
    askQueue<TaskChange>(queues, targetOf(input), async (queue) => {
      const { status } = input;
      const task = status === "cancelled"
        ? await cancelHeld(queue, input, signal)
        : await queue.finish({
          taskId: input["task_id"],
          token: input["lease_token"].trim(),
          worker: input["worker_id"].trim() || undefined,
          outcome: toOutcome(input, status),
        }, { signal });
      return { ok: true, "task_id": task.id, "peer_id": queue.peerId, task: toWireTask(task) };
    }),
};

function toOutcome(input: CompleteTaskInput, status: "completed" | "failed"): WorkOutcome {
  const { result, error, retryable } = input;
  if (status === "completed") return { status, result: toObject(result) };
  return {
    status,
    error: { code: input["error_code"].trim() || "executor_failed", message: error ?? "" },
    retryable,
    result: result === null ? undefined : toObject(result),
  };
}

function toObject(result: JsonValue): JsonObject {
  if (result === null) return {};
  return isJsonObject(result) ? result : { result };
}

/** A worker that gives a task up for good must still hold it, as far as it says who it is. */
async function cancelHeld(
  queue: TaskQueue,
  input: CompleteTaskInput,
  signal: AbortSignal,
): Promise<Task> {
  const taskId = input["task_id"];
  const token = input["lease_token"].trim();
  const worker = input["worker_id"].trim();
  if (token !== "") {
    const { status } = await queue.renew({ taskId, token }, { signal });
    if (status !== "running" && status !== "cancelled") throw new LeaseLostError(taskId);
  } else if (worker !== "") {
    const task = await queue.get(taskId, { signal });
    if (task !== undefined && task.assignedWorker !== worker) throw new LeaseLostError(taskId);
  }
  const reason = input.error?.trim() || "cancelled by its worker";
  return await queue.cancel({ taskId, reason }, { signal });
}
