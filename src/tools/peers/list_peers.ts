import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import { AppError } from "../../error/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import type { QueueDirectory } from "../queue_directory.ts";
import { toMs } from "../seconds.ts";
import { askPeers } from "./ask_peers.ts";
import { listPeerRows, type PeerRow } from "./list_peer_rows.ts";
import type { Neighbourhood } from "./neighbourhood.ts";

/** What {@linkcode listPeers} needs. */
export interface ListPeersDeps {
  /** The node's view of its neighbours; `undefined` when P2P is off. */
  readonly neighbourhood: Neighbourhood | undefined;
  /** Asks a peer what it can do. */
  readonly queues: QueueDirectory;
}

const inputSchema: z.ZodType<ListPeersInput> = z.lazy(() =>
  z.object({
    "include_capabilities": z.boolean().default(false)
      .describe("Ask each peer what it can do."),
    "capabilities_timeout_s": z.number().positive().max(60).default(5),
    "capabilities_detail": z.boolean().default(false),
    discover: z.boolean().default(true)
      .describe("Accepted for compatibility; discovery always runs in the background."),
    "discovery_timeout_s": z.number().nonnegative().default(1.5),
    "discovery_methods": z.array(z.string()).nullable().default(null)
      .describe("Only peers found by these methods."),
    limit: z.int().min(1).max(1000).default(50),
  })
);

const peerSchema: z.ZodType<PeerRow> = z.lazy(() =>
  z.object({
    "peer_id": z.string(),
    multiaddr: z.string(),
    multiaddrs: z.array(z.string()),
    method: z.string(),
    discovered: z.boolean().describe("false: it has asked for work, but its address is not known."),
    "last_seen": z.number().describe("Seconds since the epoch."),
    "age_s": z.number(),
    alive: z.boolean(),
    "worker_id": z.string().optional().describe("Its worker, if it has asked this node for work."),
    "supported_task_types": z.array(z.string()).optional(),
    capabilities: (z.looseObject({}) as unknown as z.ZodType<JsonObject>).optional(),
    "capabilities_error": z.string().optional(),
  })
);

const outputSchema: z.ZodType<ListPeersOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    "self_peer_id": z.string(),
    "listen_port": z.number(),
    "started_at": z.number(),
    count: z.number(),
    peers: z.array(peerSchema),
  })
);

/** Arguments of {@linkcode listPeers}, defaults filled in. */
export interface ListPeersInput {
  /** Whether to ask each peer what it can do. */
  readonly "include_capabilities": boolean;
  /** Longest wait for each answer, in seconds. */
  readonly "capabilities_timeout_s": number;
  /** Whether to ask for counts of tasks too. */
  readonly "capabilities_detail": boolean;
  /** Accepted for compatibility. */
  readonly discover: boolean;
  /** Accepted for compatibility. */
  readonly "discovery_timeout_s": number;
  /** Only peers found by these methods; `null` for all. */
  readonly "discovery_methods": readonly string[] | null;
  /** 1 to 1000. */
  readonly limit: number;
}

/** Result of {@linkcode listPeers}. */
export interface ListPeersOutput {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** This node. */
  readonly "self_peer_id": string;
  /** TCP port of its P2P listener. */
  readonly "listen_port": number;
  /** Seconds since the epoch. */
  readonly "started_at": number;
  /** How many peers follow. */
  readonly count: number;
  /** Newest first. */
  readonly peers: readonly PeerRow[];
}

class P2pDisabledError extends AppError {
  /** `P2pDisabledError`. */
  override readonly name = "P2pDisabledError";
  readonly code = "p2p_service_not_running";
}

/** Lists the peers that were found or have asked for work, newest first. */
export const listPeers: Tool<ListPeersDeps, ListPeersInput, ListPeersOutput> = {
  name: "list_peers",
  title: "List peers",
  family: "peers",
  description: "List the peers that this node knows on the network, with their addresses. " +
    "Use a peer_id from here as the target of the task queue tools.",
  input: inputSchema,
  output: outputSchema,
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ peers }) =>
    peers.length === 0
      ? "No peers found yet"
      : peers.map((peer) => `${peer["peer_id"]} at ${peer.multiaddr || "?"} (${peer.method})`).join(
        "\n",
      ),
  async run({ neighbourhood, queues }, input, { signal, reportProgress }) {
    if (neighbourhood === undefined) {
      throw new P2pDisabledError("Cannot list peers as P2P is off on this node", {
        hint: "Start the node without --no-p2p",
      });
    }
    const methods = input["discovery_methods"];
    const rows = listPeerRows(neighbourhood)
      .filter((row) => methods === null || methods.includes(row.method))
      .slice(0, input.limit);
    const peers = !input["include_capabilities"] ? rows : await askPeers(rows, {
      queues,
      timeoutMs: toMs(input["capabilities_timeout_s"]),
      detail: input["capabilities_detail"],
      onAnswer: (progress) => {
        const total = rows.length;
        reportProgress({ progress, total, message: `${progress} of ${total} peers asked` });
      },
      signal,
    });
    return {
      ok: true,
      "self_peer_id": neighbourhood.selfPeerId,
      "listen_port": neighbourhood.listenPort,
      "started_at": neighbourhood.startedAtMs / 1000,
      count: peers.length,
      peers,
    };
  },
};
