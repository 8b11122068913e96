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
  type KnownPeer,
  listPeers,
  type ListPeersDeps,
  type ListPeersInput,
  type ListPeersOutput,
  type Neighbourhood,
  type PeerRow,
} from "./peers/list_peers.ts";
export type { QueueDirectory, QueueTarget } from "./queue_directory.ts";
export type { TaskQueueToolDeps } from "./taskqueue/deps.ts";
export { getTask, type GetTaskInput, type GetTaskOutput } from "./taskqueue/get_task.ts";
export { listTasks, type ListTasksInput, type ListTasksOutput } from "./taskqueue/list_tasks.ts";
export { queueStatus, type QueueStatusInput } from "./taskqueue/queue_status.ts";
export {
  submitTask,
  type SubmitTaskInput,
  type SubmitTaskOutput,
} from "./taskqueue/submit_task.ts";
export { waitTask, type WaitTaskInput, type WaitTaskOutput } from "./taskqueue/wait_task.ts";
