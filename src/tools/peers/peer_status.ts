import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import { type Clock, systemClock } from "../../concurrency/mod.ts";
import { AppError, toErrorMessage } from "../../error/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import { askStatus } from "../ask_status.ts";
import type { QueueDirectory } from "../queue_directory.ts";
import { toMs } from "../seconds.ts";
import { type LinkRow, linkSchema, toLinkRow } from "./link_row.ts";
import { findPeerRow, type PeerRow } from "./list_peer_rows.ts";
import { peerSchema } from "./peer_schema.ts";
import { type PeerToolDeps, requireNeighbourhood } from "./require_control.ts";

/** What {@linkcode peerStatus} needs. */
export interface PeerStatusDeps extends PeerToolDeps {
  /** Asks the peer what it can do. */
  readonly queues: QueueDirectory;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

const inputSchema: z.ZodType<PeerStatusInput> = z.lazy(() =>
  z.object({
    "peer_id": z.string().trim().min(1).max(256).describe("The peer, as list_peers gives it."),
    "timeout_s": z.number().positive().max(300).default(10)
      .describe("Longest wait for its answer."),
    detail: z.boolean().default(false).describe("Ask for counts of tasks too."),
  })
);

const outputSchema: z.ZodType<PeerStatusOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    peer: peerSchema.optional().describe("What this node knows about it."),
    connections: z.array(linkSchema),
    answered: z.boolean().describe("Whether it has said what it can do."),
    "answered_in_s": z.number().optional().describe("How long that took, the dial included."),
    status: (z.looseObject({}) as unknown as z.ZodType<JsonObject>).optional()
      .describe("What it said."),
    error: z.string().optional().describe("Why it did not."),
    code: z.string().optional().describe("The same, for programs."),
  })
);

/** Arguments of {@linkcode peerStatus}, defaults filled in. */
export interface PeerStatusInput {
  /** The peer. */
  readonly "peer_id": string;
  /** Longest wait for its answer, in seconds. */
  readonly "timeout_s": number;
  /** Whether to ask for counts of tasks too. */
  readonly detail: boolean;
}

/** Result of {@linkcode peerStatus}. */
export interface PeerStatusOutput {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** What this node knows about it; absent if nothing but that it has answered. */
  readonly peer?: PeerRow | undefined;
  /** Its connections, oldest first. */
  readonly connections: readonly LinkRow[];
  /** Whether it has said what it can do. */
  readonly answered: boolean;
  /** How long that took, the dial included, in seconds. */
  readonly "answered_in_s"?: number | undefined;
  /** What it said. */
  readonly status?: JsonObject | undefined;
  /** Why it did not. */
  readonly error?: string | undefined;
  /** The same, for programs. */
  readonly code?: string | undefined;
}

/** Says what is known about a peer, how it is connected, and what it says of itself. */
export const peerStatus: Tool<PeerStatusDeps, PeerStatusInput, PeerStatusOutput> = {
  name: "peer_status",
  title: "Peer status",
  family: "peers",
  description:
    "Describe one peer: how it was found, its addresses and connections, and, by asking it, " +
    "how fast it answers and which tasks it takes; or why it does not answer.",
  input: inputSchema,
  output: outputSchema,
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  async run(deps, input, { signal }) {
    const neighbourhood = requireNeighbourhood(deps.neighbourhood, "describe peer");
    const { "peer_id": peerId } = input;
    const isKnown = findPeerRow(neighbourhood, peerId) !== undefined;
    const answer = await ask(deps, input, { isKnown, signal });
    // To ask is to connect, so that more may be known now.
    const peer = findPeerRow(neighbourhood, peerId);
    const links = neighbourhood.connections?.() ?? [];
    return {
      ok: true,
      ...(peer !== undefined && { peer }),
      connections: links.filter((link) => link.peerId === peerId).map(toLinkRow),
      ...answer,
    };
  },
};

type Answer = Omit<PeerStatusOutput, "ok" | "peer" | "connections">;

interface AskOptions {
  /** Whether there is anything to show without an answer. */
  readonly isKnown: boolean;
  readonly signal: AbortSignal;
}

async function ask(
  { queues, clock = systemClock }: PeerStatusDeps,
  input: PeerStatusInput,
  { isKnown, signal }: AskOptions,
): Promise<Answer> {
  const startedMs = clock.monotonicMs();
  const timeoutMs = toMs(input["timeout_s"]);
  try {
    const target = { peerId: input["peer_id"] };
    const status = await askStatus(queues, target, { detail: input.detail, timeoutMs, signal });
    const tookS = (clock.monotonicMs() - startedMs) / 1000;
    return { answered: true, "answered_in_s": tookS, status };
  } catch (error) {
    signal.throwIfAborted();
    if (!isKnown || !(error instanceof AppError)) throw error;
    return { answered: false, error: toErrorMessage(error), code: error.code };
  }
}
