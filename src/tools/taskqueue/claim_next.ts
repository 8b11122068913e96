import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import type { Lease, Task } from "../../task/mod.ts";
import { toWireTask, type WireTask } from "../../taskqueue/mod.ts";
import { jsonObject } from "../json_schema.ts";
import { ProgressTeller } from "../progress_teller.ts";
import { toMs } from "../seconds.ts";
import { type TargetInput, targetOf, targetShape } from "../target.ts";
import { askQueue, type Fallbacks, fallbacks } from "./ask_queue.ts";
import type { TaskQueueToolDeps } from "./deps.ts";
import { taskSchema } from "./task_schema.ts";

const inputSchema: z.ZodType<ClaimNextInput> = z.lazy(() =>
  z.object({
    "worker_id": z.string().trim().min(1).describe("Who will do the work."),
    "supported_task_types": z.array(z.string()).nullable().default(null).describe(
      "Only tasks of these types. Empty or null: of any type.",
    ),
    "peer_id": z.string().default("").describe(
      "Accepted for compatibility; nodes go by the id that the connection proves.",
    ),
    clock: jsonObject.nullable().default(null).describe("Accepted for compatibility."),
    lease: z.boolean().default(false).describe(
      "true: you will renew the lease with p2p_taskqueue_heartbeat, and report with its token. " +
        "false: a longer lease that needs neither.",
    ),
    "lease_ms": z.int().min(1).optional().describe(
      "How long the lease lasts unless renewed, in milliseconds; implies lease.",
    ),
    "wait_s": z.number().nonnegative().max(86_400).default(0).describe(
      "How long to wait for work, in seconds.",
    ),
    offers: z.array(z.string()).optional().describe("Tags that the worker offers, such as gpu."),
    "session_id": z.string().default("").describe("The worker's session."),
    ...targetShape,
  })
);

const outputSchema: z.ZodType<ClaimNextOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    task: taskSchema.nullable().describe("null: there is no work."),
    lease: z.object({
      "lease_token": z.string(),
      "lease_until": z.number().describe("Seconds since the epoch."),
      attempt: z.int(),
    }).nullable().describe("Give the token to complete_task and heartbeat."),
    fallbacks,
  })
);

/** Arguments of {@linkcode claimNext}, defaults filled in. */
export interface ClaimNextInput extends TargetInput {
  /** Who will do the work. */
  readonly "worker_id": string;
  /** Only tasks of these types; empty or `null` for any. */
  readonly "supported_task_types": readonly string[] | null;
  /** Accepted for compatibility. */
  readonly "peer_id": string;
  /** Accepted for compatibility. */
  readonly clock: JsonObject | null;
  /** Whether the caller renews the lease and reports with its token. */
  readonly lease: boolean;
  /** How long the lease lasts unless renewed; milliseconds. */
  readonly "lease_ms"?: number | undefined;
  /** How long to wait for work, in seconds. */
  readonly "wait_s": number;
  /** Tags that the worker offers. */
  readonly offers?: readonly string[] | undefined;
  /** The worker's session; empty for none. */
  readonly "session_id": string;
}

/** Result of {@linkcode claimNext}. */
export interface ClaimNextOutput extends Fallbacks {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** The task to do; `null` if there is no work. */
  readonly task: WireTask | null;
  /** The right to do it; `null` without a task, or if the node gives no token. */
  readonly lease: GivenLease | null;
}

/** A lease as its new holder gets it. */
export interface GivenLease {
  /** Proves that the holder has it. */
  readonly "lease_token": string;
  /** When it ends unless renewed, in seconds since the epoch. */
  readonly "lease_until": number;
  /** Which attempt at the task it is for. */
  readonly attempt: number;
}

/** Takes the next task of a queue to do it. */
export const claimNext: Tool<TaskQueueToolDeps, ClaimNextInput, ClaimNextOutput> = {
  name: "p2p_taskqueue_claim_next",
  title: "Claim a task",
  family: "tasks",
  description:
    "Take the next task of a queue, to do it and then report with p2p_taskqueue_complete_task. " +
    "Nobody else gets the task while the lease lasts; when it ends without a report, the task " +
    "is queued again.",
  input: inputSchema,
  output: outputSchema,
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: true,
  },
  summarize: ({ task }) =>
    task === null
      ? "No work"
      : `Task ${task["task_id"]} (${task["task_type"]}): ${JSON.stringify(task.payload)}`,
  run: ({ queues, clock }, input, { signal, reportProgress }) =>
    askQueue<ClaimNextOutput>(queues, targetOf(input), async (queue) => {
      using _teller = new ProgressTeller(reportProgress, { clock });
      const types = input["supported_task_types"] ?? [];
      const isFenced = input.lease || input["lease_ms"] !== undefined;
      const [task] = await queue.claim({
        worker: input["worker_id"],
        types: types.length === 0 ? "any" : types,
        offers: input.offers,
        session: input["session_id"].trim() || undefined,
        leaseMs: input["lease_ms"],
        isFenced,
        limit: 1,
        waitMs: toMs(input["wait_s"]),
      }, { signal });
      if (task === undefined) return { ok: true, task: null, lease: null };
      const lease = toGivenLease(task);
      return { ok: true, task: toWireTask(task, { withLeaseToken: lease !== null }), lease };
    }),
};

/** A queue that knows no tokens gives an empty one. */
function toGivenLease({ lease, attempt }: Task): GivenLease | null {
  return lease === null || lease.token === "" ? null : toMembers(lease, attempt);
}

function toMembers({ token, untilMs }: Lease, attempt: number): GivenLease {
  return { "lease_token": token, "lease_until": untilMs / 1000, attempt };
}
