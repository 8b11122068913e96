/** The requests that a server has not finished with, so that it can stop without cutting them. */
export class InFlight {
  readonly #requests = new Set<AbortController>();
  #empty = Promise.withResolvers<void>();

  constructor() {
    this.#empty.resolve();
  }

  /** How many there are. */
  get size(): number {
    return this.#requests.size;
  }

  /** Resolves when there is none, at once if that is so. */
  get empty(): Promise<void> {
    return this.#empty.promise;
  }

  /**
   * Take note of a request.
   *
   * @param controller Cancels it.
   * @param completed Settles when its answer has been delivered, or cannot be.
   */
  add(controller: AbortController, completed: Promise<void>): void {
    if (this.#requests.size === 0) this.#empty = Promise.withResolvers();
    this.#requests.add(controller);
    const remove = (): void => {
      this.#requests.delete(controller);
      if (this.#requests.size === 0) this.#empty.resolve();
    };
    completed.then(remove, remove);
  }

  /**
   * Cancel all of them. They still count until they have ended.
   *
   * @param reason What their handlers see.
   */
  cancelAll(reason: Error): void {
    for (const controller of this.#requests) controller.abort(reason);
  }
}
