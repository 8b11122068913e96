import type { SharedCache } from "../cache/mod.ts";
import type { Clock } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import type { BoundTool } from "../mcp/server/mod.ts";
import type { Network } from "../network/mod.ts";
import type { PeerTools, QueueClient, TaskQueue } from "../taskqueue/mod.ts";
import {
  type Neighbourhood,
  type QueueDirectory,
  selectTools,
  type ServerFacts,
} from "../tools/mod.ts";
import { bindTools } from "./bind_tools.ts";
import { restrictNeighbourhood } from "./describe_neighbourhood.ts";
import {
  createNodeDirectory,
  createOwnDirectory,
  type NodeDirectory,
  type OwnServices,
} from "./node_directory.ts";
import { createPeerTools } from "./peer_tools.ts";
import { VERSION } from "./version.ts";

/** The tools of a node, for its kinds of callers. */
export interface NodeTools {
  /** For clients on this machine. */
  readonly local: CallerTools;
  /** For admitted peers that call them directly: these act on this node only. */
  readonly peer: CallerTools;
  /** For tasks, whoever has submitted them: these act on this node only, too. */
  readonly task: readonly BoundTool[];
}

/** What one kind of caller may use. */
export interface CallerTools {
  /** What it can call. */
  readonly tools: readonly BoundTool[];
  /** The queues that it can reach. */
  readonly queues: QueueDirectory;
  /** What it may know about other nodes; `undefined` when P2P is off. */
  readonly neighbourhood: Neighbourhood | undefined;
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
  /** Task types that the node's worker takes, asked anew each time. */
  readonly taskTypes: () => readonly string[];
  /** Tools besides mcpp's own. Peers see those that are marked callable by tasks. */
  readonly extra: readonly BoundTool[];
  /** Which tools there are, and which of them peers may call directly. */
  readonly selection: Config["tools"];
  /** What is known about other nodes; `undefined` when P2P is off. */
  readonly neighbourhood: Neighbourhood | undefined;
  readonly clock: Clock;
}

/**
 * Bind the tools of a node.
 *
 * @param deps What they are about.
 * @returns The tools for each kind of caller.
 * @throws {UnknownToolPatternError} If the selection names what there is not.
 */
export function createNodeTools(deps: NodeToolsDeps): NodeTools {
  const { name, queue, cache, network, client, taskTypes, extra, clock } = deps;
  const { only, except, peer } = deps.selection;
  const startedAtMs = clock.now();
  const bindAll = (
    neighbourhood: Neighbourhood | undefined,
    createDirectory: (own: OwnServices) => NodeDirectory,
    more: readonly BoundTool[],
    select: (tools: readonly BoundTool[]) => readonly BoundTool[],
  ): CallerTools => {
    const directory = createDirectory({ queue, cache, callTool: callOwnTool(() => ownTools) });
    const describeServer = (): ServerFacts => ({
      name,
      version: VERSION,
      peerId: network?.peerId ?? "",
      multiaddrs: network?.multiaddrs() ?? [],
      reachability: network?.reachability().status,
      taskTypes: taskTypes(),
      // Each kind of caller hears of the tools that it can call.
      tools: bound.map((tool) => tool.name),
      startedAtMs,
      uptimeMs: clock.now() - startedAtMs,
    });
    const deps = { queues: directory, caches: directory, peerTools: directory, clock };
    const bound = select([...bindTools({ ...deps, neighbourhood, describeServer }), ...more]);
    const ownTools = createPeerTools(bound);
    return { tools: bound, queues: directory, neighbourhood };
  };
  const shared = extra.filter((tool) => tool.callableByTasks);
  const offer = (tools: readonly BoundTool[]): readonly BoundTool[] =>
    selectTools(tools, { only, except });
  const offerToPeers = (tools: readonly BoundTool[]): readonly BoundTool[] =>
    peer.length === 0 ? [] : selectTools(offer(tools), { only: peer });
  const all = deps.neighbourhood;
  const some = all && restrictNeighbourhood(all);
  const task = bindAll(some, createOwnDirectory, shared, offer);
  return {
    local: bindAll(all, (own) => createNodeDirectory({ own, client }), extra, offer),
    peer: bindAll(some, createOwnDirectory, shared, offerToPeers),
    task: task.tools.filter((tool) => tool.callableByTasks),
  };
}

/** Calls the tools among which the calling tool is, so they are not known before the call. */
function callOwnTool(toolsOf: () => PeerTools): OwnServices["callTool"] {
  return async ({ name, args }, { signal, onProgress }) => {
    const tools = toolsOf();
    if (!tools.has(name)) return { ok: false, tool: name, error: "tool_not_found" };
    return await tools.call(name, args, { signal, onProgress });
  };
}
