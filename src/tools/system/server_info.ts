import { z } from "zod";
import type { Tool } from "../../mcp/mod.ts";
import type { NodeReachability } from "../peers/neighbourhood.ts";

/** What {@linkcode serverInfo} needs. */
export interface ServerInfoDeps {
  /** Facts about the node, taken at the time of the call. */
  readonly describeServer: () => ServerFacts;
}

/** Facts about a node. */
export interface ServerFacts {
  /** Name of the server. */
  readonly name: string;
  /** Version of mcpp. */
  readonly version: string;
  /** Empty when the node has no P2P. */
  readonly peerId: string;
  /** Addresses under which peers reach it. */
  readonly multiaddrs: readonly string[];
  /** Whether peers reach it from outside. @default {undefined} it has no P2P */
  readonly reachability?: NodeReachability["status"] | undefined;
  /** Task types its worker takes. */
  readonly taskTypes: readonly string[];
  /** Names of its tools. */
  readonly tools: readonly string[];
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  /** Time since then. */
  readonly uptimeMs: number;
}

const outputSchema: z.ZodType<ServerInfoOutput> = z.lazy(() =>
  z.object({
    ok: z.literal(true),
    name: z.string(),
    version: z.string(),
    "peer_id": z.string().describe("Id of the node in the P2P network; empty without P2P."),
    multiaddrs: z.array(z.string()).describe("Addresses under which peers reach the node."),
    reachability: z.enum(["public", "private", "unknown"]).optional().describe(
      "Whether peers have reached the node from outside; unknown: nobody has tried yet.",
    ),
    "task_types": z.array(z.string()).describe("Task types its worker takes."),
    tools: z.array(z.string()),
    "started_at": z.number().describe("Seconds since the epoch."),
    "uptime_s": z.number(),
  })
);

/** Result of {@linkcode serverInfo}. */
export interface ServerInfoOutput {
  /** Always; a failure is an error result. */
  readonly ok: true;
  /** Name of the server. */
  readonly name: string;
  /** Version of mcpp. */
  readonly version: string;
  /** Id of the node in the peer-to-peer network; empty without P2P. */
  readonly "peer_id": string;
  /** Addresses under which peers reach the node. */
  readonly multiaddrs: readonly string[];
  /** Whether peers have reached the node from outside; absent without P2P. */
  readonly reachability?: NodeReachability["status"] | undefined;
  /** Task types its worker takes. */
  readonly "task_types": readonly string[];
  /** Names of its tools. */
  readonly tools: readonly string[];
  /** Seconds since the epoch. */
  readonly "started_at": number;
  /** Seconds since the start. */
  readonly "uptime_s": number;
}

/** Says what node this is, where peers reach it, and what it can do. */
export const serverInfo: Tool<ServerInfoDeps, Record<string, never>, ServerInfoOutput> = {
  name: "server_info",
  title: "Server info",
  family: "system",
  description:
    "Describe this mcpp node: version, peer id, addresses to give to other nodes, task types, tools.",
  input: z.strictObject({}),
  output: outputSchema,
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  },
  callableByTasks: true,
  summarize: (info) =>
    `${info.name} ${info.version}, peer ${info["peer_id"] || "none"}, tasks: ${
      info["task_types"].join(", ") || "none"
    }`,
  run({ describeServer }) {
    const facts = describeServer();
    return {
      ok: true,
      name: facts.name,
      version: facts.version,
      "peer_id": facts.peerId,
      multiaddrs: [...facts.multiaddrs],
      ...(facts.reachability !== undefined && { reachability: facts.reachability }),
      "task_types": [...facts.taskTypes],
      tools: [...facts.tools],
      "started_at": facts.startedAtMs / 1000,
      "uptime_s": facts.uptimeMs / 1000,
    };
  },
};
