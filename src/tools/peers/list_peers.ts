import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";
import type { QueueDirectory } from "../queue_directory.ts";
import { toMs } from "../seconds.ts";
import { askPeers } from "./ask_peers.ts";
import { listPeerRows, type PeerRow } from "./list_peer_rows.ts";
import { lookIfDue } from "./look_if_due.ts";
import { type LookRow, lookSchema, toLookRow } from "./look_row.ts";
import { type MethodRow, methodSchema, toMethodRow } from "./method_row.ts";
import { peerSchema } from "./peer_schema.ts";
import { type ReachabilityRow, reachabilitySchema, toReachabilityRow } from "./reachability_row.ts";
import { type PeerToolDeps, requireNeighbourhood } from "./require_control.ts";

/** What {@linkcode listPeers} needs. */
export interface ListPeersDeps extends PeerToolDeps {
  /** Asks a peer what it can do. */
  readonly queues: QueueDirectory;
}

/** Nobody waits longer for peers than this, whatever was asked for. */
const MAX_LOOK_MS = 60_000;

const inputSchema: z.ZodType<ListPeersInput> = z.lazy(() =>
  z.object({
    "include_capabilities": z.boolean().default(false)
      .describe("Ask each peer what it can do."),
    "capabilities_timeout_s": z.number().positive().max(60).default(5),
    "capabilities_detail": z.boolean().default(false)
      .describe("Ask for counts of tasks too."),
    discover: z.boolean().default(true)
      .describe("Look for peers first if none is known yet."),
    "discovery_timeout_s": z.number().nonnegative().default(1.5)
      .describe("How long to look then; 60 at most."),
    "discovery_methods": z.array(z.string()).max(100).nullable().default(null)
      .describe("Only peers found by these methods, such as mdns; null: by any."),
    limit: z.int().min(1).max(1000).default(50),
  })
);

const outputSchema: z.ZodType<ListPeersOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    "self_peer_id": z.string(),
    "listen_port": z.number(),
    "started_at": z.number(),
    reachability: reachabilitySchema.optional(),
    count: z.number(),
    peers: z.array(peerSchema),
    methods: z.array(methodSchema).optional().describe("How each way to find peers does."),
    discovery: z.array(lookSchema).optional()
      .describe("What was done to find peers, as none was known."),
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
  /** Whether to look for peers first if none is known yet. */
  readonly discover: boolean;
  /** How long to look then, in seconds. */
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
  /** Whether others can reach this node. */
  readonly reachability?: ReachabilityRow | undefined;
  /** How many peers follow. */
  readonly count: number;
  /** Newest first. */
  readonly peers: readonly PeerRow[];
  /** How each way to find peers does. */
  readonly methods?: readonly MethodRow[] | undefined;
  /** What was done to find peers; absent if that was not necessary. */
  readonly discovery?: readonly LookRow[] | undefined;
}

/** Lists the peers that were found, are connected or have asked for work, newest first. */
export const listPeers: Tool<ListPeersDeps, ListPeersInput, ListPeersOutput> = {
  name: "list_peers",
  title: "List peers",
  family: "peers",
  description:
    "List the peers that this node knows on the network: their addresses, how they were " +
    "found, whether they are connected. If none is known, looks for some first. " +
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
    peers.length === 0 ? "No peers found yet" : peers.map(toLine).join("\n"),
  async run(deps, input, { signal, reportProgress }) {
    const neighbourhood = requireNeighbourhood(deps.neighbourhood, "list peers");
    const names = input["discovery_methods"];
    const list = (): readonly PeerRow[] =>
      listPeerRows(neighbourhood)
        .filter(({ methods }) => names === null || methods.some((name) => names.includes(name)))
        .slice(0, input.limit);
    const known = list();
    const timeoutMs = Math.min(MAX_LOOK_MS, toMs(input["discovery_timeout_s"]));
    const reports = known.length > 0 || !input.discover ? undefined : await lookIfDue(
      neighbourhood,
      { methods: names ?? undefined, timeoutMs, signal },
    );
    const rows = reports === undefined ? known : list();
    const peers = !input["include_capabilities"] ? rows : await askPeers(rows, {
      queues: deps.queues,
      timeoutMs: toMs(input["capabilities_timeout_s"]),
      detail: input["capabilities_detail"],
      onAnswer: (progress) => {
        const total = rows.length;
        reportProgress({ progress, total, message: `${progress} of ${total} peers asked` });
      },
      signal,
    });
    const methods = neighbourhood.methods?.().map(toMethodRow);
    const reachability = neighbourhood.reachability?.();
    return {
      ok: true,
      "self_peer_id": neighbourhood.selfPeerId,
      "listen_port": neighbourhood.listenPort,
      "started_at": neighbourhood.startedAtMs / 1000,
      ...(reachability !== undefined && { reachability: toReachabilityRow(reachability) }),
      count: peers.length,
      peers,
      ...(methods !== undefined && { methods }),
      ...(reports !== undefined && { discovery: reports.map(toLookRow) }),
    };
  },
};

function toLine(row: PeerRow): string {
  const state = !row.connected ? "" : row.relayed ? ", connected through a relay" : ", connected";
  const name = row.name === undefined ? "" : ` (${row.name})`;
  return `${row["peer_id"]}${name} at ${row.multiaddr || "?"}, found by ${row.method}${state}`;
}
