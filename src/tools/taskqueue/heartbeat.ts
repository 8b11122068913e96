import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import type { HeldLease } from "../../taskqueue/mod.ts";
import { jsonObject, rawReply } from "../json_schema.ts";
import { type TargetInput, targetOf, targetShape } from "../target.ts";
import { askQueue } from "./ask_queue.ts";
import type { TaskQueueToolDeps } from "./deps.ts";

const inputSchema: z.ZodType<HeartbeatInput> = z.lazy(() =>
  z.object({
    "peer_id": z.string().default("").describe("What the caller calls itself."),
    clock: jsonObject.nullable().default(null).describe("Accepted for compatibility."),
    "worker_id": z.string().default("").describe("Who works, as given to claim_next."),
    "lease_token": z.string().default("").describe(
      "Renew this lease too. See in lease.cancelled whether to stop.",
    ),
    "task_id": z.string().default("").describe(
      "The task of the lease; the token knows it as well.",
    ),
    ...targetShape,
  })
);

/** Arguments of {@linkcode heartbeat}, defaults filled in. */
export interface HeartbeatInput extends TargetInput {
  /** What the caller calls itself. */
  readonly "peer_id": string;
  /** Accepted for compatibility. */
  readonly clock: JsonObject | null;
  /** Who works; empty for not said. */
  readonly "worker_id": string;
  /** The token of a lease to renew; empty for none. */
  readonly "lease_token": string;
  /** The task of the lease; empty for the one that the token names. */
  readonly "task_id": string;
}

/** Says that a peer is alive and, with a lease, that it still works on its task. */
export const heartbeat: Tool<TaskQueueToolDeps, HeartbeatInput, JsonObject> = {
  name: "p2p_taskqueue_heartbeat",
  title: "Heartbeat",
  family: "tasks",
  description:
    "Say that you are alive. With the lease_token from claim_next it also renews that lease: do " +
    "so well before lease_until, and stop working when the answer says cancelled.",
  input: inputSchema,
  output: rawReply,
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: summarizeReply,
  run: ({ queues }, input, { signal }) =>
    askQueue<JsonObject>(queues, targetOf(input), async (queue) => {
      const reply = await queue.heartbeat({
        peerId: input["peer_id"].trim() || undefined,
        clock: input.clock ?? undefined,
        lease: toHeldLease(input),
      }, { signal });
      return { ...reply, ok: true, "peer_id": reply["peer_id"] ?? queue.peerId };
    }) as Promise<JsonObject>,
};

function toHeldLease(input: HeartbeatInput): HeldLease | undefined {
  const token = input["lease_token"].trim();
  if (token === "") return undefined;
  return {
    token,
    taskId: input["task_id"].trim() || undefined,
    worker: input["worker_id"].trim() || undefined,
  };
}

function summarizeReply(reply: JsonObject): string {
  const lease = reply["lease"] as { readonly cancelled?: boolean } | undefined;
  if (lease === undefined) return "Heard";
  return lease.cancelled === true
    ? "Stop working: the task is cancelled"
    : "Heard, and the lease renewed";
}
