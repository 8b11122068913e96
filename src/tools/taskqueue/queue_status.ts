import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import { askStatus } from "../ask_status.ts";
import { remoteMultiaddr, remotePeerId, toQueueTarget } from "../target.ts";
import { askQueue, fallbacks } from "./ask_queue.ts";
import type { TaskQueueToolDeps } from "./deps.ts";

const inputSchema: z.ZodType<QueueStatusInput> = z.lazy(() =>
  z.object({
    "remote_multiaddr": remoteMultiaddr,
    "peer_id": remotePeerId,
    "timeout_s": z.number().positive().max(300).default(10),
    detail: z.boolean().default(false).describe(
      "Add counts of tasks, and the peers and workers that were seen lately.",
    ),
  })
);

/** Arguments of {@linkcode queueStatus}, defaults filled in. */
export interface QueueStatusInput {
  /** Address of the node that is meant; empty for this node. */
  readonly "remote_multiaddr": string;
  /** Id of the node that is meant; empty for not by id. */
  readonly "peer_id": string;
  /** Longest wait for the answer, in seconds. */
  readonly "timeout_s": number;
  /** Whether to add counts of tasks by state. */
  readonly detail: boolean;
}

/** Says what a queue's node can do and how busy it is. */
export const queueStatus: Tool<TaskQueueToolDeps, QueueStatusInput, JsonObject> = {
  name: "p2p_taskqueue_status",
  title: "Queue status",
  family: "tasks",
  description: "Ask a node, this one or another, which task types and models its workers take.",
  input: inputSchema,
  output: z.looseObject({
    ok: z.boolean(),
    "peer_id": z.string(),
    capabilities: z.looseObject({ "task_types": z.array(z.string()) }),
    fallbacks,
  }) as unknown as z.ZodType<JsonObject>,
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  async run({ queues }, input, { signal }): Promise<JsonObject> {
    const target = toQueueTarget(input["remote_multiaddr"], input["peer_id"]);
    const timeoutMs = input["timeout_s"] * 1000;
    return await askQueue(
      queues,
      target,
      () => askStatus(queues, target, { detail: input.detail, timeoutMs, signal }),
    );
  },
};
