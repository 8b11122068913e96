/** The numbers of a task group at one moment. */
export interface TaskGroupStatistics {
  /** Children that have not ended. The body is not counted. */
  readonly running: number;
  /** Children ever added. The body is not counted. */
  readonly spawned: number;
  /** Whether the group's signal is aborted, for whatever cause. */
  readonly cancelled: boolean;
}

/**
 * A set of concurrent children that end together: `runTaskGroup` hands one to its body.
 *
 * Code that wants to leave something running behind takes a group as an argument and spawns into
 * it. So whoever owns the group decides how long that may run, and sees its failure.
 */
export interface TaskGroup {
  /** For messages and logs. */
  readonly name: string;
  /** Aborts on {@linkcode TaskGroup.cancel}, failure, deadline, and cancellation from outside. */
  readonly signal: AbortSignal;
  /**
   * Adds a child. It begins in a microtask, also when the group is being cancelled: then it finds
   * its signal aborted and can still clean up what it was handed.
   *
   * @param name For messages and logs.
   * @param fn The work. It must stop when its signal aborts. Its failure cancels its siblings.
   * @throws {TaskGroupEndedError} If the group is over.
   */
  spawn(name: string, fn: (signal: AbortSignal) => Promise<void> | void): void;
  /**
   * Adds a child and waits until it says that it is ready: the port is bound, the node listens.
   *
   * What goes wrong before `started` is the caller's alone, and the group goes on unless the
   * caller fails in turn. What goes wrong after is a failure of the group, as with any child.
   *
   * @param name For messages and logs.
   * @param fn The work. It must call `started` once, and stop when its signal aborts.
   * @returns What `started` was called with.
   * @throws {TaskGroupEndedError} If the group is over.
   * @throws {TypeError} If the child ended without a call of `started`.
   * @throws {unknown} The group's reason if the child was cancelled before it was ready, or the
   * child's own error.
   */
  start<T>(
    name: string,
    fn: (started: (value: T) => void, signal: AbortSignal) => Promise<void>,
  ): Promise<T>;
  /**
   * Cancels body and children. Only the first cancellation of a group has an effect.
   *
   * @param detail Why, as one short text; the children see it in their signal's reason.
   */
  cancel(detail?: string): void;
  /**
   * A snapshot for logs, metrics and tests.
   *
   * @returns The present numbers.
   */
  statistics(): TaskGroupStatistics;
}
