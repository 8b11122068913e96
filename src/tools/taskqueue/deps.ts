import type { Clock } from "../../concurrency/mod.ts";
import type { QueueDirectory } from "../queue_directory.ts";

/** What the task queue tools need. */
export interface TaskQueueToolDeps {
  /** Finds the queue of a node. */
  readonly queues: QueueDirectory;
  /** Time, for starts at a given time. @default {systemClock} */
  readonly clock?: Clock | undefined;
}
