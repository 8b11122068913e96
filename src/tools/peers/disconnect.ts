import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";
import { type PeerToolDeps, requireControl } from "./require_control.ts";

const inputSchema: z.ZodType<DisconnectInput> = z.lazy(() =>
  z.object({
    "peer_id": z.string().trim().min(1).max(256).describe("The peer, as list_peers gives it."),
  })
);

const outputSchema: z.ZodType<DisconnectOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    "peer_id": z.string(),
    disconnected: z.boolean().describe("false: there was no connection."),
  })
);

/** Arguments of {@linkcode disconnect}. */
export interface DisconnectInput {
  /** The peer. */
  readonly "peer_id": string;
}

/** Result of {@linkcode disconnect}. */
export interface DisconnectOutput {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** The peer. */
  readonly "peer_id": string;
  /** Whether there was a connection. */
  readonly disconnected: boolean;
}

/** Closes all connections to a peer, and does not dial it again by itself. */
export const disconnect: Tool<PeerToolDeps, DisconnectInput, DisconnectOutput> = {
  name: "disconnect",
  title: "Disconnect from a peer",
  family: "peers",
  description:
    "Close all connections to a peer; what is open on them breaks off. This node does not " +
    "keep itself connected to it any more, until connect or a restart. The peer may come back by " +
    "itself: to keep it out, its trust has to be revoked at the command line.",
  input: inputSchema,
  output: outputSchema,
  annotations: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ disconnected, "peer_id": peerId }) =>
    disconnected ? `Disconnected from ${peerId}` : `There was no connection to ${peerId}`,
  async run({ neighbourhood }, { "peer_id": peerId }) {
    const control = requireControl(neighbourhood, "disconnect from peer");
    return { ok: true, "peer_id": peerId, disconnected: await control.disconnect(peerId) };
  },
};
