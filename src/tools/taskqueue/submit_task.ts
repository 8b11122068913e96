import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import { askAtEdge } from "../../taskqueue/mod.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { remoteMultiaddr, remotePeerId, toQueueTarget } from "./target.ts";

const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), z.json());

const inputSchema: z.ZodType<SubmitTaskInput> = z.object({
  "task_type": z.string().min(1).describe(
    "What kind of work, such as tool.call or text-generation; the target must offer it.",
  ),
  "model_name": z.string().default("").describe("Model, for types that need one."),
  payload: jsonObject.default({}).describe(
    'Input of the task. For tool.call: {"tool": "echo", "args": {"text": "hi"}}. ' +
      'For text-generation: {"prompt": "…"}.',
  ),
  "remote_multiaddr": remoteMultiaddr,
  "peer_id": remotePeerId,
  priority: z.int().min(1).max(10).default(5).describe("10 is done first."),
  "max_attempts": z.int().min(1).max(1000).optional().describe("Tries before it fails for good."),
  "delay_s": z.number().nonnegative().optional().describe("Do not start before this time."),
  "deadline_s": z.number().positive().optional().describe("Fail unless done within this time."),
  "idempotency_key": z.string().min(1).max(256).optional().describe(
    "A second submission with the same key returns the first task.",
  ),
});

const outputSchema: z.ZodType<SubmitTaskOutput> = z.object({
  ok: z.literal(true),
  "task_id": z.string(),
  "peer_id": z.string().describe("Node whose queue has the task."),
});

/** Arguments of {@linkcode submitTask}, defaults filled in. */
export interface SubmitTaskInput {
  /** What kind of work. */
  readonly "task_type": string;
  /** Model; empty for none. */
  readonly "model_name": string;
  /** Input of the task. */
  readonly payload: JsonObject;
  /** Address of the node whose queue is meant; empty for this node. */
  readonly "remote_multiaddr": string;
  /** Id of the node whose queue is meant; empty for not by id. */
  readonly "peer_id": string;
  /** 1 to 10; 10 is done first. */
  readonly priority: number;
  /** Tries before it fails for good. */
  readonly "max_attempts"?: number | undefined;
  /** Seconds before it may start. */
  readonly "delay_s"?: number | undefined;
  /** Seconds until it must be done. */
  readonly "deadline_s"?: number | undefined;
  /** A second submission with the same key returns the first task. */
  readonly "idempotency_key"?: string | undefined;
}

/** Result of {@linkcode submitTask}. */
export interface SubmitTaskOutput {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** Id of the task. */
  readonly "task_id": string;
  /** Node whose queue has the task. */
  readonly "peer_id": string;
}

/** Puts a task in this node's queue or in another node's. */
export const submitTask: Tool<TaskQueueToolDeps, SubmitTaskInput, SubmitTaskOutput> = {
  name: "p2p_taskqueue_submit",
  title: "Submit a task",
  description:
    "Put a task in a durable queue, here or on another node, and return its id at once. " +
    "Get the result with p2p_taskqueue_wait_task, giving the same remote_multiaddr.",
  input: inputSchema,
  output: outputSchema,
  annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
  summarize: (output) =>
    `Task ${output["task_id"]} is queued on ${output["peer_id"] || "this node"}`,
  async run({ queues }, input, { signal }) {
    const queue = queues.queueOf(toQueueTarget(input["remote_multiaddr"], input["peer_id"]));
    const submitted = await askAtEdge(() =>
      queue.submit({
        type: input["task_type"],
        model: input["model_name"],
        payload: input.payload,
        priority: input.priority,
        maxAttempts: input["max_attempts"],
        delayMs: toMs(input["delay_s"]),
        deadlineMs: toMs(input["deadline_s"]),
        idempotencyKey: input["idempotency_key"],
      }, { signal })
    );
    return { ok: true, "task_id": submitted.taskId, "peer_id": submitted.peerId };
  },
};

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}
