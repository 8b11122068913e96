import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import { Limiter } from "../../concurrency/mod.ts";
import { AppError, toErrorMessage } from "../../error/mod.ts";
import type { Tool } from "../../mcp/mod.ts";
import { askStatus } from "../ask_status.ts";
import type { QueueDirectory } from "../queue_directory.ts";

/** What {@linkcode listPeers} needs. */
export interface ListPeersDeps {
  /** The node's view of its neighbours; `undefined` when P2P is off. */
  readonly neighbourhood: Neighbourhood | undefined;
  /** Asks a peer what it can do. */
  readonly queues: QueueDirectory;
}

/** What a node knows about the peers around it. */
export interface Neighbourhood {
  /** This node. */
  readonly selfPeerId: string;
  /** TCP port of the P2P listener; 0 when not listening. */
  readonly listenPort: number;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  /** Peers found, newest first. */
  discoveredPeers(): readonly KnownPeer[];
  /** Peers that have lately asked this node for work, found or not. @default none */
  workingPeers?(): readonly WorkingPeer[];
  /** Epoch milliseconds. */
  now(): number;
}

/** One neighbour. */
export interface KnownPeer {
  /** Its id. */
  readonly peerId: string;
  /** Its addresses, best first. */
  readonly multiaddrs: readonly string[];
  /** How it was found. */
  readonly method: string;
  /** Epoch milliseconds. */
  readonly lastSeenMs: number;
}

/** A peer that has asked this node for work. */
export interface WorkingPeer {
  /** Its id, as the handshake has proven. */
  readonly peerId: string;
  /** Its worker, as it last said. */
  readonly workerId: string;
  /** Types that it asked for; empty for any. */
  readonly taskTypes: readonly string[];
  /** Epoch milliseconds. */
  readonly lastSeenMs: number;
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

/** A peer in the result of {@linkcode listPeers}. */
export interface PeerRow {
  /** Its id. */
  readonly "peer_id": string;
  /** Its best address; empty if none is known. */
  readonly multiaddr: string;
  /** All its addresses, best first. */
  readonly multiaddrs: readonly string[];
  /** How it was found; `contact` if it came by itself. */
  readonly method: string;
  /** Whether discovery has found it. */
  readonly discovered: boolean;
  /** Seconds since the epoch. */
  readonly "last_seen": number;
  /** Seconds since then. */
  readonly "age_s": number;
  /** Whether it was seen lately. */
  readonly alive: boolean;
  /** Its worker, if it has asked this node for work. */
  readonly "worker_id"?: string | undefined;
  /** Types that it asked for; empty for any. */
  readonly "supported_task_types"?: readonly string[] | undefined;
  /** What it can do, if asked for. */
  readonly capabilities?: JsonObject | undefined;
  /** Why it did not say. */
  readonly "capabilities_error"?: string | undefined;
}

/** A peer not seen for longer than this is listed as not alive. */
const ALIVE_MS = 120_000;
const MAX_PEERS_ASKED_AT_ONCE = 16;
/** Method of peers that were not found but came by themselves. */
const CONTACT = "contact";

class P2pDisabledError extends AppError {
  /** `P2pDisabledError`. */
  override readonly name = "P2pDisabledError";
  readonly code = "p2p_service_not_running";
}

/** Lists the peers that were found or have asked for work, newest first. */
export const listPeers: Tool<ListPeersDeps, ListPeersInput, ListPeersOutput> = {
  name: "list_peers",
  title: "List peers",
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
  async run({ neighbourhood, queues }, input, { signal }) {
    if (neighbourhood === undefined) {
      throw new P2pDisabledError("Cannot list peers as P2P is off on this node", {
        hint: "Start the node without --no-p2p",
      });
    }
    const methods = input["discovery_methods"];
    const rows = listRows(neighbourhood)
      .filter((row) => methods === null || methods.includes(row.method))
      .slice(0, input.limit);
    const peers = input["include_capabilities"] ? await askAll(rows, queues, input, signal) : rows;
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

/** Who was found and who came by itself, newest first. */
function listRows(neighbourhood: Neighbourhood): readonly PeerRow[] {
  const nowMs = neighbourhood.now();
  const working = new Map(neighbourhood.workingPeers?.().map((peer) => [peer.peerId, peer]));
  const rows = neighbourhood.discoveredPeers().map((peer) => {
    const worker = working.get(peer.peerId);
    working.delete(peer.peerId);
    return toRow(peer, { nowMs, worker });
  });
  for (const worker of working.values()) {
    const { peerId, lastSeenMs } = worker;
    const peer = { peerId, multiaddrs: [], method: CONTACT, lastSeenMs };
    rows.push(toRow(peer, { nowMs, worker }));
  }
  return rows.sort((a, b) => b["last_seen"] - a["last_seen"]);
}

function toRow(
  peer: KnownPeer,
  { nowMs, worker }: { readonly nowMs: number; readonly worker: WorkingPeer | undefined },
): PeerRow {
  const lastSeenMs = Math.max(peer.lastSeenMs, worker?.lastSeenMs ?? 0);
  const ageMs = Math.max(0, nowMs - lastSeenMs);
  return {
    "peer_id": peer.peerId,
    multiaddr: peer.multiaddrs[0] ?? "",
    multiaddrs: [...peer.multiaddrs],
    method: peer.method,
    discovered: peer.method !== CONTACT,
    "last_seen": lastSeenMs / 1000,
    "age_s": ageMs / 1000,
    alive: ageMs <= ALIVE_MS,
    ...(worker !== undefined && {
      "worker_id": worker.workerId,
      "supported_task_types": [...worker.taskTypes],
    }),
  };
}

function askAll(
  rows: readonly PeerRow[],
  queues: QueueDirectory,
  input: ListPeersInput,
  signal: AbortSignal,
): Promise<PeerRow[]> {
  const limiter = new Limiter(MAX_PEERS_ASKED_AT_ONCE, { maxWaiting: rows.length });
  return Promise.all(
    rows.map((row) => limiter.run(() => addCapabilities(row, queues, input, signal), { signal })),
  );
}

async function addCapabilities(
  row: PeerRow,
  queues: QueueDirectory,
  input: ListPeersInput,
  signal: AbortSignal,
): Promise<PeerRow> {
  try {
    const capabilities = await askStatus(queues, { peerId: row["peer_id"] }, {
      detail: input["capabilities_detail"],
      timeoutMs: input["capabilities_timeout_s"] * 1000,
      signal,
    });
    return { ...row, capabilities };
  } catch (error) {
    signal.throwIfAborted();
    return { ...row, "capabilities_error": toErrorMessage(error) };
  }
}
