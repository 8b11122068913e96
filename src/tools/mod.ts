/**
 * The MCP tools, each a plain module that can be imported alone. Nothing registers itself.
 *
 * @module
 */

export { echo, type EchoInput, type EchoOutput } from "./system/echo.ts";
export {
  type ServerFacts,
  serverInfo,
  type ServerInfoDeps,
  type ServerInfoOutput,
} from "./system/server_info.ts";
export {
  listPeers,
  type ListPeersDeps,
  type ListPeersInput,
  type ListPeersOutput,
} from "./peers/list_peers.ts";
export { connect, type ConnectInput, type ConnectOutput } from "./peers/connect.ts";
export { disconnect, type DisconnectInput, type DisconnectOutput } from "./peers/disconnect.ts";
export { discover, type DiscoverInput, type DiscoverOutput } from "./peers/discover.ts";
export {
  peerStatus,
  type PeerStatusDeps,
  type PeerStatusInput,
  type PeerStatusOutput,
} from "./peers/peer_status.ts";
export type { LinkRow } from "./peers/link_row.ts";
export type { LookRow } from "./peers/look_row.ts";
export type { MethodRow } from "./peers/method_row.ts";
export type { ReachabilityRow } from "./peers/reachability_row.ts";
export type { PeerToolDeps } from "./peers/require_control.ts";
export type {
  KnownPeer,
  LookOptions,
  LookReport,
  MethodHealth,
  Neighbourhood,
  NeighbourhoodControl,
  NodeAddress,
  NodeReachability,
  PeerLink,
  PeerTrust,
  WorkingPeer,
} from "./peers/neighbourhood.ts";
export { findPeerRow, listPeerRows, type PeerRow } from "./peers/list_peer_rows.ts";
export { askPeers, type AskPeersOptions } from "./peers/ask_peers.ts";
export { selectTools, type ToolSelection, UnknownToolPatternError } from "./select_tools.ts";
export type { CacheDirectory } from "./cache_directory.ts";
export type { CallPeerToolOptions, PeerToolCall, PeerToolCaller } from "./peer_tool_caller.ts";
export type { QueueDirectory, QueueTarget } from "./queue_directory.ts";
export type { TargetInput } from "./target.ts";

export type { Fallbacks } from "./taskqueue/ask_queue.ts";
export type { TaskQueueToolDeps } from "./taskqueue/deps.ts";
export type { TaskChange } from "./taskqueue/task_schema.ts";
export {
  callPeerTool,
  type CallPeerToolDeps,
  type CallPeerToolInput,
  PeerToolError,
} from "./taskqueue/call_peer_tool.ts";
export { cancelTask, type CancelTaskInput } from "./taskqueue/cancel_task.ts";
export {
  claimNext,
  type ClaimNextInput,
  type ClaimNextOutput,
  type GivenLease,
} from "./taskqueue/claim_next.ts";
export { completeTask, type CompleteTaskInput } from "./taskqueue/complete_task.ts";
export {
  countTasks,
  type CountTasksInput,
  type CountTasksOutput,
  type TaskCounts,
} from "./taskqueue/count_tasks.ts";
export type { DockerCommand } from "./taskqueue/docker_payload.ts";
export { getTask, type GetTaskInput, type GetTaskOutput } from "./taskqueue/get_task.ts";
export { heartbeat, type HeartbeatInput } from "./taskqueue/heartbeat.ts";
export { listTasks, type ListTasksInput, type ListTasksOutput } from "./taskqueue/list_tasks.ts";
export { queueStatus, type QueueStatusInput } from "./taskqueue/queue_status.ts";
export { retryTask, type RetryTaskInput } from "./taskqueue/retry_task.ts";
export {
  submitDockerGithub,
  type SubmitDockerGithubInput,
} from "./taskqueue/submit_docker_github.ts";
export { submitDockerHub, type SubmitDockerHubInput } from "./taskqueue/submit_docker_hub.ts";
export { submitTask, type SubmitTaskInput } from "./taskqueue/submit_task.ts";
export type { SubmitTaskOutput } from "./taskqueue/submit_to.ts";
export type { WireLogEntry } from "./taskqueue/task_news.ts";
export { waitTask, type WaitTaskInput, type WaitTaskOutput } from "./taskqueue/wait_task.ts";
export { watchTask, type WatchTaskInput, type WatchTaskOutput } from "./taskqueue/watch_task.ts";

export type { CacheInput, CacheReply } from "./cache/ask_cache.ts";
export type { CacheToolDeps } from "./cache/deps.ts";
export {
  cacheDelete,
  type CacheDeleteInput,
  type CacheDeleteOutput,
} from "./cache/cache_delete.ts";
export { cacheGet, type CacheGetInput, type CacheGetOutput } from "./cache/cache_get.ts";
export { cacheHas, type CacheHasInput, type CacheHasOutput } from "./cache/cache_has.ts";
export { cacheSet, type CacheSetInput, type CacheSetOutput } from "./cache/cache_set.ts";
