import { z } from "zod";
import type { SubmitTask } from "../../taskqueue/mod.ts";
import type { QueueTarget } from "../queue_directory.ts";
import { askQueue, type Fallbacks, fallbacks } from "./ask_queue.ts";
import type { TaskQueueToolDeps } from "./deps.ts";

/** Result of the tools that submit. */
export interface SubmitTaskOutput extends Fallbacks {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** Id of the task. */
  readonly "task_id": string;
  /** Node whose queue has the task. */
  readonly "peer_id": string;
  /** `false` if the task was there already; absent if the node does not say. */
  readonly created?: boolean | undefined;
}

/** Schema of {@linkcode SubmitTaskOutput}. */
export const submitOutputSchema: z.ZodType<SubmitTaskOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    "task_id": z.string(),
    "peer_id": z.string().describe("Node whose queue has the task."),
    created: z.boolean().optional().describe("false: the task was there already."),
    fallbacks,
  })
);

/** A task, and whose queue is to have it. */
export interface Submission {
  /** Whose queue. */
  readonly target: QueueTarget;
  /** The task. */
  readonly task: SubmitTask;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/**
 * Submit a task to a node.
 *
 * @param deps Finds the queue.
 * @param submission The task, and whose queue is to have it.
 * @returns What the tools that submit return.
 */
export function submitTo(
  { queues }: TaskQueueToolDeps,
  { target, task, signal }: Submission,
): Promise<SubmitTaskOutput> {
  return askQueue<SubmitTaskOutput>(queues, target, async (queue) => {
    const { taskId, peerId, created } = await queue.submit(task, { signal });
    return {
      ok: true,
      "task_id": taskId,
      "peer_id": peerId,
      ...(created !== undefined && { created }),
    };
  });
}

/**
 * A text about a task that was submitted.
 *
 * @param output The result.
 * @returns A line.
 */
export function summarizeSubmission(output: SubmitTaskOutput): string {
  const place = output["peer_id"] || "this node";
  const verb = output.created === false ? "was already submitted to" : "is queued on";
  return `Task ${output["task_id"]} ${verb} ${place}`;
}
