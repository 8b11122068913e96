/** Protocol id of the task queue; one request line and one reply line on each stream. */
export const TASK_QUEUE_PROTOCOL = "/ipfs-datasets/task-queue/1.0.0";

/** Name of the tool by which the framed protocol reaches the queue. */
export const TASK_QUEUE_TOOL = "task_queue.rpc";

/** Longest line that either side reads, without its line break. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** Longest reply that is sent: Python peers read no line of 1 MiB or more. */
export const MAX_REPLY_BYTES = 1_000_000;
