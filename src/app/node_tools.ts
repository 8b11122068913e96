import type { Clock } from "../concurrency/mod.ts";
import type { BoundTool } from "../mcp/server/mod.ts";
import type { Network } from "../network/mod.ts";
import type { TaskQueue } from "../taskqueue/mod.ts";
import type { Neighbourhood, QueueDirectory, ServerFacts } from "../tools/mod.ts";
import { bindTools } from "./bind_tools.ts";
import { createLocalQueueDirectory, createQueueDirectory } from "./queue_directory.ts";
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
  /** `undefined` when P2P is off. */
  readonly network: Network | undefined;
  /** Presented to other nodes. */
  readonly token: string | undefined;
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
  const { name, queue, network, token, taskTypes, extra, clock } = deps;
  const startedAtMs = clock.now();
  const neighbourhood = network && describeNeighbourhood(network, { startedAtMs, clock });
  const bindAll = (queues: QueueDirectory, more: readonly BoundTool[]): readonly BoundTool[] => {
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
    const bound = [...bindTools({ neighbourhood, describeServer, queues }), ...more];
    return bound;
  };
  return {
    local: bindAll(createQueueDirectory({ local: queue, network, token }), extra),
    peer: bindAll(
      createLocalQueueDirectory(queue),
      extra.filter((tool) => tool.callableByTasks),
    ),
  };
}

function describeNeighbourhood(
  network: Network,
  options: { readonly startedAtMs: number; readonly clock: Clock },
): Neighbourhood {
  return {
    selfPeerId: network.peerId,
    listenPort: Number(/\/tcp\/(\d+)/.exec(network.multiaddrs()[0] ?? "")?.[1] ?? 0),
    startedAtMs: options.startedAtMs,
    discoveredPeers: () => network.discoveredPeers(),
    now: () => options.clock.now(),
  };
}
