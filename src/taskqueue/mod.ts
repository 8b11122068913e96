/**
 * The task queue: the port that workers and tools know, the queue of this node over a store, the
 * server that offers it to peers, and the client of another peer's queue.
 *
 * @module
 */

export type {
  CallOptions,
  CancelWork,
  ClaimWork,
  FinishWork,
  ListTasks,
  QueueStatus,
  ReleaseWork,
  RenewWork,
  StatusOptions,
  SubmitTask,
  SubmittedTask,
  TaskQueue,
  WaitForTask,
  WorkOutcome,
} from "./task_queue.ts";
export {
  createLocalTaskQueue,
  type LocalClaimWork,
  type LocalTaskQueue,
  type LocalTaskQueueDeps,
  type QueueCapabilities,
  type SweepResult,
} from "./local/local_task_queue.ts";
export { runSweeper, type SweeperOptions } from "./local/run_sweeper.ts";
export { DEFAULT_LIMITS, type TaskQueueLimits } from "./limits.ts";
export {
  type ServeLimits,
  serveTaskQueue,
  type ServeTaskQueueDeps,
} from "./server/serve_task_queue.ts";
export type { PeerTools } from "./ops/op.ts";
export type { ServedOperation } from "./server/dispatcher.ts";
export {
  createRemoteTaskQueue,
  type RemoteLimits,
  type RemoteTaskQueueDeps,
} from "./remote/remote_task_queue.ts";
export { TASK_QUEUE_PROTOCOL } from "./protocol/constants.ts";
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
