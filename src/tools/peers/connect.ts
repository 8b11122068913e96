import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";
import { toMs } from "../seconds.ts";
import { toQueueTarget } from "../target.ts";
import { withinTimeout } from "../within_timeout.ts";
import { type LinkRow, linkSchema, toLinkRow } from "./link_row.ts";
import { type PeerToolDeps, requireControl } from "./require_control.ts";

const inputSchema: z.ZodType<ConnectInput> = z.lazy(() =>
  z.object({
    multiaddr: z.string().max(1024).default("").describe(
      "Its address, such as /ip4/192.0.2.7/tcp/9710/p2p/12D3KooW…",
    ),
    "peer_id": z.string().max(256).default("").describe(
      "Its id, if discovery has found it; or, beside an address that does not say it, who must " +
        "answer there.",
    ),
    "timeout_s": z.number().positive().max(60).default(15),
  }).refine((input) => input.multiaddr.trim() !== "" || input["peer_id"].trim() !== "", {
    path: ["multiaddr"],
    message: "Give multiaddr or peer_id",
  })
);

const outputSchema: z.ZodType<ConnectOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    "peer_id": z.string().describe("Who answered, as the handshake has proven."),
    connection: linkSchema,
  })
);

/** Arguments of {@linkcode connect}, defaults filled in. */
export interface ConnectInput {
  /** Its address; empty for by id. */
  readonly multiaddr: string;
  /** Its id; empty for whoever answers at the address. */
  readonly "peer_id": string;
  /** Longest wait, in seconds. */
  readonly "timeout_s": number;
}

/** Result of {@linkcode connect}. */
export interface ConnectOutput {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** Who answered. */
  readonly "peer_id": string;
  /** The connection. */
  readonly connection: LinkRow;
}

/** Connects this node to a peer, or sees that it is connected and that the peer answers. */
export const connect: Tool<PeerToolDeps, ConnectInput, ConnectOutput> = {
  name: "connect",
  title: "Connect to a peer",
  family: "peers",
  description:
    "Connect this node to another one, by address or by peer id, and check that it answers. " +
    "Says who it is. The peer gets no rights by that: trust is given at the command line only.",
  input: inputSchema,
  output: outputSchema,
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ connection, "peer_id": peerId }) =>
    `Connected to ${peerId} at ${connection.multiaddr}${connection.relayed ? " (relayed)" : ""}`,
  async run({ neighbourhood }, input, { signal }) {
    const control = requireControl(neighbourhood, "connect to peer");
    const target = toQueueTarget(input.multiaddr, input["peer_id"]);
    const timeoutMs = toMs(input["timeout_s"]);
    const link = await withinTimeout(
      (limited) => control.connect(target, { signal: limited }),
      { op: "connect", target, timeoutMs, signal },
    );
    return { ok: true, "peer_id": link.peerId, connection: toLinkRow(link) };
  },
};
