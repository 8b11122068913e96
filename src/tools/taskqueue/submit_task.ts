import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import { systemClock } from "../../concurrency/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import type { SubmitTask } from "../../taskqueue/mod.ts";
import { jsonObject } from "../json_schema.ts";
import { toMs } from "../seconds.ts";
import { remoteMultiaddr, remotePeerId, toQueueTarget } from "../target.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { readPayloadHints } from "./payload_hints.ts";
import {
  submitOutputSchema,
  type SubmitTaskOutput,
  submitTo,
  summarizeSubmission,
} from "./submit_to.ts";

const inputSchema: z.ZodType<SubmitTaskInput> = z.lazy(() =>
  z.object({
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
    priority: z.int().min(1).max(10).optional().describe(
      "10 is done first. Absent: payload.priority, else 5.",
    ),
    "max_attempts": z.int().min(1).max(1000).optional().describe("Tries before it fails for good."),
    "delay_s": z.number().nonnegative().optional().describe("Do not start before this time."),
    "not_before": z.number().nonnegative().optional().describe(
      "Do not start before this moment, in seconds since the epoch. Instead of delay_s.",
    ),
    "deadline_s": z.number().positive().optional().describe("Fail unless done within this time."),
    "idempotency_key": z.string().min(1).max(256).optional().describe(
      "A second submission with the same key returns the first task.",
    ),
    "task_id": z.string().min(1).max(128).optional().describe(
      "Id of the task. A second submission of the same work under it returns the first task.",
    ),
    requires: z.array(z.string().min(1)).max(16).optional().describe(
      "Tags that a worker must offer, such as gpu.",
    ),
    "sticky_worker_id": z.string().optional().describe(
      "The worker that should do it; others get it only after some time.",
    ),
    "session_id": z.string().optional().describe(
      "The session whose workers should do it; others get it only after some time.",
    ),
  })
);

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
  readonly priority?: number | undefined;
  /** Tries before it fails for good. */
  readonly "max_attempts"?: number | undefined;
  /** Seconds before it may start. */
  readonly "delay_s"?: number | undefined;
  /** When it may start, in seconds since the epoch. */
  readonly "not_before"?: number | undefined;
  /** Seconds until it must be done. */
  readonly "deadline_s"?: number | undefined;
  /** A second submission with the same key returns the first task. */
  readonly "idempotency_key"?: string | undefined;
  /** Id of the task. */
  readonly "task_id"?: string | undefined;
  /** Tags that a worker must offer. */
  readonly requires?: readonly string[] | undefined;
  /** The worker that should do it. */
  readonly "sticky_worker_id"?: string | undefined;
  /** The session whose workers should do it. */
  readonly "session_id"?: string | undefined;
}

/** Puts a task in this node's queue or in another node's. */
export const submitTask: Tool<TaskQueueToolDeps, SubmitTaskInput, SubmitTaskOutput> = {
  name: "p2p_taskqueue_submit",
  title: "Submit a task",
  family: "tasks",
  description:
    "Put a task in a durable queue, here or on another node, and return its id at once. " +
    "Get the result with p2p_taskqueue_wait_task, giving the same remote_multiaddr.",
  input: inputSchema,
  output: submitOutputSchema,
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: true,
  },
  summarize: summarizeSubmission,
  run: (deps, input, { signal }) => {
    const target = toQueueTarget(input["remote_multiaddr"], input["peer_id"]);
    return submitTo(deps, { target, task: toSubmission(input, deps), signal });
  },
};

function toSubmission(input: SubmitTaskInput, { clock }: TaskQueueToolDeps): SubmitTask {
  const hints = readPayloadHints(input.payload);
  return {
    type: input["task_type"],
    model: input["model_name"],
    payload: input.payload,
    priority: input.priority ?? hints.priority,
    maxAttempts: input["max_attempts"],
    delayMs: toMs(input["delay_s"]) ?? toDelayMs(input["not_before"], clock),
    deadlineMs: toMs(input["deadline_s"]),
    idempotencyKey: input["idempotency_key"] ?? hints.idempotencyKey,
    taskId: input["task_id"],
    requires: input.requires,
    stickyWorker: input["sticky_worker_id"]?.trim() || hints.stickyWorker,
    session: input["session_id"]?.trim() || hints.session,
  };
}

/** The queue's clock may be another one: what counts is how long from now. */
function toDelayMs(
  notBefore: number | undefined,
  clock: TaskQueueToolDeps["clock"] = systemClock,
): number | undefined {
  return notBefore === undefined ? undefined : Math.max(0, toMs(notBefore) - clock.now());
}
