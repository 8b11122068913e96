import { abortable } from "../../concurrency/mod.ts";
import type { Task } from "../../task/mod.ts";
import { TooManyWaitersError } from "../errors.ts";

/** Brings the changes of single tasks to those who wait for them. */
export class TaskWatchers {
  readonly #watchers = new Map<string, Set<TaskWatcher>>();
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
  watch(taskId: string): TaskWatcher {
    if (this.#count >= this.#maxWatchers) throw new TooManyWaitersError(this.#maxWatchers);
    const watchers = this.#watchers.get(taskId) ?? new Set();
    this.#watchers.set(taskId, watchers);
    const watcher = new TaskWatcher(() => {
      if (!watchers.delete(watcher)) return;
      this.#count--;
      if (watchers.size === 0) this.#watchers.delete(taskId);
    });
    watchers.add(watcher);
    this.#count++;
    return watcher;
  }

  /** Tell of a change. */
  publish(task: Task): void {
    for (const watcher of this.#watchers.get(task.id) ?? []) watcher.put(task);
  }

  /** How many watch. */
  get count(): number {
    return this.#count;
  }
}

/** Holds the newest state that its owner has not seen; older ones are of no interest any more. */
export class TaskWatcher implements Disposable {
  readonly #onDispose: () => void;
  #newest: Task | undefined;
  #news = Promise.withResolvers<void>();

  constructor(onDispose: () => void) {
    this.#onDispose = onDispose;
  }

  /** Replace the newest state. */
  put(task: Task): void {
    this.#newest = task;
    this.#news.resolve();
  }

  /** The newest state, once there is one that was not taken before. */
  async take(signal: AbortSignal): Promise<Task> {
    for (;;) {
      const task = this.#newest;
      this.#newest = undefined;
      if (task !== undefined) return task;
      this.#news = Promise.withResolvers();
      await abortable(this.#news.promise, signal);
    }
  }

  [Symbol.dispose](): void {
    this.#onDispose();
  }
}
