import type { CancelScope } from "./cancel_scope.ts";

/**
 * The first part of a child's life under `TaskGroup.start`: until it calls `started`, its fate
 * belongs to the caller of `start`; from then on to the group.
 */
export class StartHandshake<T> {
  readonly #child: string;
  readonly #scope: CancelScope;
  readonly #ready = Promise.withResolvers<T>();
  #pending = true;

  constructor(child: string, scope: CancelScope) {
    this.#child = child;
    this.#scope = scope;
  }

  /** What the caller of `start` waits for. */
  get promise(): Promise<T> {
    return this.#ready.promise;
  }

  /** Runs the child. Rejects only with what is the group's business. */
  async run(
    fn: (started: (value: T) => void, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await fn((value) => this.#started(value), signal);
    } catch (error) {
      if (!this.#pending) throw error;
      this.#pending = false;
      if (this.#scope.isCancellation(error)) this.#rejectAsCancelled();
      else this.#ready.reject(error);
      return;
    }
    if (!this.#pending) return;
    this.#pending = false;
    if (signal.aborted) this.#rejectAsCancelled();
    else this.#ready.reject(new TypeError(this.#message("ended without calling started")));
  }

  #started(value: T): void {
    if (!this.#pending) {
      throw new TypeError(this.#message("called started when it had ended or started already"));
    }
    this.#pending = false;
    this.#ready.resolve(value);
  }

  /** A caller that was itself interrupted may never look, and a cancellation is no failure. */
  #rejectAsCancelled(): void {
    this.#ready.promise.catch(() => {});
    this.#ready.reject(this.#scope.reason);
  }

  #message(problem: string): string {
    return `Cannot start child as it ${problem}: child "${this.#child}", group "${this.#scope.name}"`;
  }
}
