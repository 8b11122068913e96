/**
 * The task queue: the port that workers and tools know, the queue of this node over a store, the
 * server that offers it to peers, and the client of another peer's queue.
 *
 * @module
 */

export type { LogLine } from "../store/mod.ts";
export type {
  CallOptions,
  CancelWork,
  ClaimWork,
  FinishWork,
  HeartbeatPeer,
  HeldLease,
  ListTasks,
  QueueCounts,
  QueueStatus,
  ReleaseWork,
  RenewWork,
  RetryWork,
  StatusOptions,
  SubmitTask,
  SubmittedTask,
  TaskEvent,
  TaskQueue,
  WaitForTask,
  WatchedTask,
  WatchTask,
  WorkOutcome,
} from "./task_queue.ts";
export {
  type CancelledWork,
  type Claimer,
  createLocalTaskQueue,
  type LocalClaimWork,
  type LocalFinishWork,
  type LocalHeartbeatPeer,
  type LocalReleaseWork,
  type LocalRenewWork,
  type LocalSubmitTask,
  type LocalTaskQueue,
  type LocalTaskQueueDeps,
  type LocalWatchTask,
  type QueueCapabilities,
  type SweepResult,
} from "./local/local_task_queue.ts";
export { runSweeper, type SweeperOptions } from "./local/run_sweeper.ts";
export { DEFAULT_LIMITS, type TaskQueueLimits } from "./limits.ts";
export {
  createTaskQueueServer,
  type ServeLimits,
  type TaskQueueServer,
  type TaskQueueServerDeps,
} from "./server/create_task_queue_server.ts";
export type { CallToolOptions, PeerToolProgress, PeerTools } from "./ops/op.ts";
export type { ServedOperation } from "./server/dispatcher.ts";
export {
  createQueueClient,
  type QueueClient,
  type QueueClientDeps,
  type RemoteToolOptions,
} from "./remote/queue_client.ts";
export type { RemoteLimits } from "./remote/remote_limits.ts";
export { TASK_QUEUE_PROTOCOL, TASK_QUEUE_TOOL } from "./protocol/constants.ts";
export { toWireTask, type ToWireTaskOptions } from "./protocol/to_wire_task.ts";
export { toWireStatus } from "./protocol/wire_status.ts";
export type { WireFailure, WireTask } from "./protocol/wire_task.ts";
export {
  InvalidTaskError,
  type PeerErrorOptions,
  PeerProtocolError,
  PeerTimeoutError,
  type PeerViolation,
  RemoteError,
  type RemoteErrorOptions,
  TooManyWaitersError,
} from "./errors.ts";
export { askAtEdge, PeerRefusedError } from "./peer_refused_error.ts";
