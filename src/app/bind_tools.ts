import { bindTool, type BoundTool } from "../mcp/server/mod.ts";
import {
  echo,
  getTask,
  listPeers,
  listTasks,
  type Neighbourhood,
  type QueueDirectory,
  queueStatus,
  type ServerFacts,
  serverInfo,
  submitTask,
  waitTask,
} from "../tools/mod.ts";

/** What the tools of a node need. */
export interface NodeToolDeps {
  readonly queues: QueueDirectory;
  /** `undefined` when P2P is off. */
  readonly neighbourhood: Neighbourhood | undefined;
  readonly describeServer: () => ServerFacts;
}

/**
 * All of mcpp's tools, with what they need.
 *
 * @param deps Queues, neighbours, facts.
 * @returns The tools, ready for a table.
 */
export function bindTools(deps: NodeToolDeps): readonly BoundTool[] {
  return [
    bindTool(echo, deps),
    bindTool(serverInfo, deps),
    bindTool(submitTask, deps),
    bindTool(waitTask, deps),
    bindTool(getTask, deps),
    bindTool(listTasks, deps),
    bindTool(queueStatus, deps),
    bindTool(listPeers, deps),
  ];
}
