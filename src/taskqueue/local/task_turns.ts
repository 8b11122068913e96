/** Lets those who deal with one task do so one after the other. */
export class TaskTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Run something once all that was begun before for this task has ended. */
  async run<T>(taskId: string, fn: () => Promise<T>): Promise<T> {
    const before = this.#last.get(taskId);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last.set(taskId, promise);
    try {
      await before;
      return await fn();
    } finally {
      resolve();
      if (this.#last.get(taskId) === promise) this.#last.delete(taskId);
    }
  }
}
