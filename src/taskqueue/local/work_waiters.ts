import { abortable } from "../../concurrency/mod.ts";
import { TooManyWaitersError } from "../errors.ts";

/**
 * Claimers that wait for work of certain types, in the order in which they came.
 *
 * Work of a type wakes the first waiter that takes the type. Whoever leaves, with work or without,
 * wakes the next one for each of its types, as there may be more: so no task is left lying, and yet
 * a single task does not wake everyone.
 */
export class WorkWaiters {
  readonly #waiting = new Set<WorkWaiter>();
  readonly #maxWaiters: number;
  #count = 0;

  /** @param maxWaiters How many may wait. */
  constructor(maxWaiters: number) {
    this.#maxWaiters = maxWaiters;
  }

  /**
   * Queue up. Do so before the first look for work, so that none is missed.
   *
   * @throws {TooManyWaitersError} If too many wait already.
   */
  join(types: readonly string[]): WorkWaiter {
    if (this.#count >= this.#maxWaiters) throw new TooManyWaitersError(this.#maxWaiters);
    this.#count++;
    const waiter: WorkWaiter = new WorkWaiter(types, {
      onListen: () => this.#waiting.add(waiter),
      onDispose: () => {
        this.#count--;
        this.#waiting.delete(waiter);
        this.wake(types);
      },
    });
    this.#waiting.add(waiter);
    return waiter;
  }

  /** Say that there may be work of these types. */
  wake(types: readonly string[]): void {
    for (const type of types) {
      for (const waiter of this.#waiting) {
        if (!waiter.types.has(type)) continue;
        this.#waiting.delete(waiter);
        waiter.wake();
        break;
      }
    }
  }

  /** Say that there may be work of any type. */
  wakeAll(): void {
    for (const waiter of this.#waiting) waiter.wake();
    this.#waiting.clear();
  }

  /** How many wait. */
  get count(): number {
    return this.#count;
  }
}

/** A place in the queue of claimers. */
export class WorkWaiter implements Disposable {
  /** The types that it takes. */
  readonly types: ReadonlySet<string>;
  readonly #hooks: { readonly onListen: () => void; readonly onDispose: () => void };
  #woken = Promise.withResolvers<void>();
  #isDisposed = false;

  constructor(
    types: readonly string[],
    hooks: { readonly onListen: () => void; readonly onDispose: () => void },
  ) {
    this.types = new Set(types);
    this.#hooks = hooks;
  }

  /** End the wait that runs now, or the next one at once. */
  wake(): void {
    this.#woken.resolve();
  }

  /** Wait for news; then listen for the next ones, before anyone looks for work. */
  async waitForNews(signal: AbortSignal): Promise<void> {
    await abortable(this.#woken.promise, signal);
    this.#woken = Promise.withResolvers();
    this.#hooks.onListen();
  }

  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#hooks.onDispose();
  }
}
