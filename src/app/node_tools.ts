import type { SharedCache } from "../cache/mod.ts";
import type { Clock } from "../concurrency/mod.ts";
import type { BoundTool } from "../mcp/server/mod.ts";
import type { Network } from "../network/mod.ts";
import type { Claimer, PeerTools, QueueClient, TaskQueue } from "../taskqueue/mod.ts";
import type { Neighbourhood, ServerFacts, WorkingPeer } from "../tools/mod.ts";
import { bindTools } from "./bind_tools.ts";
import {
  createNodeDirectory,
  createOwnDirectory,
  type NodeDirectory,
  type OwnServices,
} from "./node_directory.ts";
import { createPeerTools } from "./peer_tools.ts";
import { VERSION } from "./version.ts";

/** The tools of a node, for its two kinds of callers. */
export interface NodeTools {
  /** For clients on this machine. */
  readonly local: readonly BoundTool[];
  /** For admitted peers and their tasks: these act on this node only. */
  readonly peer: readonly BoundTool[];
}

/** What the tools of a node are about. */
export interface NodeToolsDeps {
  /** Name of the server. */
  readonly name: string;
  readonly queue: TaskQueue;
  /** `undefined` when the node has no cache. */
  readonly cache: SharedCache | undefined;
  /** `undefined` when P2P is off. */
  readonly network: Network | undefined;
  /** How other nodes are reached; `undefined` when P2P is off. */
  readonly client: QueueClient | undefined;
  /** Peers that have asked this node for work, asked anew each time. @default nobody */
  readonly claimers?: (() => readonly Claimer[]) | undefined;
  /** Task types that the node's worker takes, asked anew each time. */
  readonly taskTypes: () => readonly string[];
  /** Tools besides mcpp's own. Peers see those that are marked callable by tasks. */
  readonly extra: readonly BoundTool[];
  readonly clock: Clock;
}

/**
 * Bind the tools of a node.
 *
 * @param deps What they are about.
 * @returns The tools for each kind of caller.
 */
export function createNodeTools(deps: NodeToolsDeps): NodeTools {
  const { name, queue, cache, network, client, taskTypes, extra, clock } = deps;
  const startedAtMs = clock.now();
  const neighbourhood = network &&
    describeNeighbourhood(network, { startedAtMs, clock, claimers: deps.claimers });
  const bindAll = (
    createDirectory: (own: OwnServices) => NodeDirectory,
    more: readonly BoundTool[],
  ): readonly BoundTool[] => {
    const directory = createDirectory({ queue, cache, callTool: callOwnTool(() => ownTools) });
    const describeServer = (): ServerFacts => ({
      name,
      version: VERSION,
      peerId: network?.peerId ?? "",
      multiaddrs: network?.multiaddrs() ?? [],
      taskTypes: taskTypes(),
      // Each kind of caller hears of the tools that it can call.
      tools: bound.map((tool) => tool.name),
      startedAtMs,
      uptimeMs: clock.now() - startedAtMs,
    });
    const deps = { queues: directory, caches: directory, peerTools: directory, clock };
    const bound = [...bindTools({ ...deps, neighbourhood, describeServer }), ...more];
    const ownTools = createPeerTools(bound);
    return bound;
  };
  return {
    local: bindAll((own) => createNodeDirectory({ own, client }), extra),
    peer: bindAll(createOwnDirectory, extra.filter((tool) => tool.callableByTasks)),
  };
}

/** Calls the tools among which the calling tool is, so they are not known before the call. */
function callOwnTool(toolsOf: () => PeerTools): OwnServices["callTool"] {
  return async ({ name, args }, { signal }) => {
    const tools = toolsOf();
    if (!tools.has(name)) return { ok: false, tool: name, error: "tool_not_found" };
    return await tools.call(name, args, { signal });
  };
}

function toWorkingPeer({ peerId, worker, types, lastClaimMs }: Claimer): WorkingPeer {
  const taskTypes = types === "any" ? [] : types;
  return { peerId, workerId: worker, taskTypes, lastSeenMs: lastClaimMs };
}

function describeNeighbourhood(
  network: Network,
  options: Pick<NodeToolsDeps, "clock" | "claimers"> & { readonly startedAtMs: number },
): Neighbourhood {
  return {
    selfPeerId: network.peerId,
    listenPort: Number(/\/tcp\/(\d+)/.exec(network.multiaddrs()[0] ?? "")?.[1] ?? 0),
    startedAtMs: options.startedAtMs,
    discoveredPeers: () => network.discoveredPeers(),
    workingPeers: () => options.claimers?.().map(toWorkingPeer) ?? [],
    now: () => options.clock.now(),
  };
}
