import type { Task } from "../../task/mod.ts";
import { TooManyWaitersError } from "../errors.ts";
import { MultiMap } from "./multi_map.ts";
import { WaitSlot, type WaitSlotOptions } from "./wait_slot.ts";

/** Brings the changes of single tasks to those who wait for them. */
export class TaskWatchers {
  readonly #watchers = new MultiMap<TaskWatcher>();
  readonly #maxWatchers: number;
  #count = 0;

  /** @param maxWatchers How many may watch. */
  constructor(maxWatchers: number) {
    this.#maxWatchers = maxWatchers;
  }

  /**
   * Watch a task from now on.
   *
   * @throws {TooManyWaitersError} If too many watch already.
   */
  watch(taskId: string, options: WaitSlotOptions): TaskWatcher {
    if (this.#count >= this.#maxWatchers) throw new TooManyWaitersError(this.#maxWatchers);
    const watcher = new TaskWatcher(this, taskId, options);
    this.#watchers.add(taskId, watcher);
    this.#count++;
    return watcher;
  }

  /** Tell of a change. */
  publish(task: Task): void {
    for (const watcher of this.#watchers.get(task.id)) watcher.put(task);
  }

  /** Stop watching. The watcher must be one that watches. */
  leave(watcher: TaskWatcher): void {
    this.#watchers.delete(watcher.taskId, watcher);
    this.#count--;
  }

  /** How many watch. */
  get count(): number {
    return this.#count;
  }
}

/** Holds the newest state that its owner has not seen; older ones are of no interest any more. */
export class TaskWatcher extends WaitSlot {
  /** The task. */
  readonly taskId: string;
  readonly #watchers: TaskWatchers;
  #newest: Task | undefined;
  #hasLeft = false;

  constructor(watchers: TaskWatchers, taskId: string, options: WaitSlotOptions) {
    super(options);
    this.taskId = taskId;
    this.#watchers = watchers;
  }

  /** Replace the newest state. */
  put(task: Task): void {
    this.#newest = task;
    this.notify();
  }

  /** The newest state, if it was not taken before. */
  take(): Task | undefined {
    const task = this.#newest;
    this.#newest = undefined;
    return task;
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    if (!this.#hasLeft) this.#watchers.leave(this);
    this.#hasLeft = true;
  }
}
