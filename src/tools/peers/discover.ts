import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";
import { toMs } from "../seconds.ts";
import { listPeerRows, type PeerRow } from "./list_peer_rows.ts";
import { type LookRow, lookSchema, toLookRow } from "./look_row.ts";
import { peerSchema } from "./peer_schema.ts";
import { type PeerToolDeps, requireControl, requireNeighbourhood } from "./require_control.ts";

const ACTION = "look for peers";

const inputSchema: z.ZodType<DiscoverInput> = z.lazy(() =>
  z.object({
    methods: z.array(z.string().min(1)).min(1).max(100).nullable().default(null)
      .describe("Only by these methods, such as mdns; null: by all. list_peers names them."),
    "timeout_s": z.number().positive().max(60).default(10)
      .describe("A method that takes longer is reported as such, and goes on."),
  })
);

const outputSchema: z.ZodType<DiscoverOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    methods: z.array(lookSchema).describe("What each method did."),
    count: z.number(),
    peers: z.array(peerSchema).describe("Those that were found."),
  })
);

/** Arguments of {@linkcode discover}, defaults filled in. */
export interface DiscoverInput {
  /** Names of the methods; `null` for all. */
  readonly methods: readonly string[] | null;
  /** Longest wait, in seconds. */
  readonly "timeout_s": number;
}

/** Result of {@linkcode discover}. */
export interface DiscoverOutput {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** What each method did. */
  readonly methods: readonly LookRow[];
  /** How many peers follow. */
  readonly count: number;
  /** Those that were found, newest first. */
  readonly peers: readonly PeerRow[];
}

/** Looks for peers by all methods at once, and waits for what they find. */
export const discover: Tool<PeerToolDeps, DiscoverInput, DiscoverOutput> = {
  name: "discover",
  title: "Discover peers",
  family: "peers",
  description:
    "Look for other nodes now, by all ways at once, and say what each way found or why it " +
    "failed. Discovery also runs by itself: list_peers shows what is known already.",
  input: inputSchema,
  output: outputSchema,
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  summarize: ({ methods, count }) => [`Peers found: ${count}`, ...methods.map(toLine)].join("\n"),
  async run({ neighbourhood }, input, { signal }) {
    const control = requireControl(neighbourhood, ACTION);
    const reports = await control.discover({
      methods: input.methods ?? undefined,
      timeoutMs: toMs(input["timeout_s"]),
      signal,
    });
    const found = new Set(reports.flatMap(({ peerIds }) => peerIds));
    const peers = listPeerRows(requireNeighbourhood(neighbourhood, ACTION))
      .filter((row) => found.has(row["peer_id"]));
    return { ok: true, methods: reports.map(toLookRow), count: peers.length, peers };
  },
};

function toLine({ method, ok, reason, "peer_ids": peerIds }: LookRow): string {
  const outcome = ok ? String(peerIds.length) : `failed: ${reason ?? "it does not say why"}`;
  return `${method}: ${outcome}`;
}
