import { bindTool, type BoundTool } from "../mcp/server/mod.ts";
import {
  cacheDelete,
  type CacheDirectory,
  cacheGet,
  cacheHas,
  cacheSet,
  callPeerTool,
  cancelTask,
  claimNext,
  completeTask,
  connect,
  countTasks,
  disconnect,
  discover,
  echo,
  getTask,
  heartbeat,
  listPeers,
  listTasks,
  type Neighbourhood,
  peerStatus,
  type PeerToolCaller,
  type QueueDirectory,
  queueStatus,
  retryTask,
  type ServerFacts,
  serverInfo,
  submitDockerGithub,
  submitDockerHub,
  submitTask,
  waitTask,
  watchTask,
} from "../tools/mod.ts";

/** What the tools of a node need. */
export interface NodeToolDeps {
  readonly queues: QueueDirectory;
  readonly caches: CacheDirectory;
  readonly peerTools: PeerToolCaller;
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
    bindTool(submitDockerHub, deps),
    bindTool(submitDockerGithub, deps),
    bindTool(waitTask, deps),
    bindTool(watchTask, deps),
    bindTool(getTask, deps),
    bindTool(listTasks, deps),
    bindTool(countTasks, deps),
    bindTool(cancelTask, deps),
    bindTool(retryTask, deps),
    bindTool(claimNext, deps),
    bindTool(completeTask, deps),
    bindTool(heartbeat, deps),
    bindTool(queueStatus, deps),
    bindTool(callPeerTool, deps),
    bindTool(cacheGet, deps),
    bindTool(cacheHas, deps),
    bindTool(cacheSet, deps),
    bindTool(cacheDelete, deps),
    bindTool(listPeers, deps),
    bindTool(peerStatus, deps),
    bindTool(discover, deps),
    bindTool(connect, deps),
    bindTool(disconnect, deps),
  ];
}
