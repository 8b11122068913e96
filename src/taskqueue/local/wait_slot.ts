import type { Expiring, WaitDeadlines } from "./wait_deadlines.ts";

/** How a wait ends. */
export interface WaitSlotOptions {
  /** The waits together last no longer than this, counted from the first one; milliseconds. */
  readonly timeoutMs: number;
  /** Ends the wait at its time. */
  readonly deadlines: WaitDeadlines;
  /** Ends the wait with its reason. */
  readonly signal: AbortSignal | undefined;
}

/** Why a wait is over. */
export type WaitEnd = "news" | "timeout";

/**
 * Where one caller waits for news, or for a time to pass, or for its signal to abort.
 *
 * Thousands of these may be idle at once. So there is one promise and one listener for all waits of a
 * caller, a shared timer, no race between promises, and no scope.
 */
export class WaitSlot implements Expiring, EventListenerObject, Disposable {
  place = -1;
  dueMs: number;
  readonly #deadlines: WaitDeadlines;
  readonly #signal: AbortSignal | undefined;
  #state: "new" | "waiting" | "over" = "new";
  #hasNews = false;
  #resolve: ((end: WaitEnd) => void) | undefined;
  #reject: ((reason: unknown) => void) | undefined;

  /** @param options How the waits end. */
  constructor({ timeoutMs, deadlines, signal }: WaitSlotOptions) {
    this.dueMs = timeoutMs;
    this.#deadlines = deadlines;
    this.#signal = signal;
  }

  /** End the wait that goes on, or the next one at once. */
  notify(): void {
    if (this.#resolve === undefined) this.#hasNews = true;
    else this.#end("news");
  }

  /**
   * Wait until there is news that no wait has ended with, or until the time is over.
   *
   * @returns Why it ended; rejects with the signal's reason.
   */
  wait(): Promise<WaitEnd> {
    if (this.#signal?.aborted) return Promise.reject(this.#signal.reason);
    if (this.#hasNews) {
      this.#hasNews = false;
      return Promise.resolve("news");
    }
    if (this.#state === "over") return Promise.resolve("timeout");
    if (this.#state === "new") this.#begin();
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The time is over. */
  expire(): void {
    this.#state = "over";
    this.#end("timeout");
  }

  /** The signal has aborted. */
  handleEvent(): void {
    this.#reject?.(this.#signal?.reason);
    this.#resolve = undefined;
    this.#reject = undefined;
  }

  [Symbol.dispose](): void {
    this.#deadlines.delete(this);
    this.#signal?.removeEventListener("abort", this);
  }

  #begin(): void {
    this.#state = "waiting";
    this.dueMs += this.#deadlines.nowMs;
    this.#deadlines.add(this);
    this.#signal?.addEventListener("abort", this);
  }

  #end(end: WaitEnd): void {
    this.#resolve?.(end);
    this.#resolve = undefined;
    this.#reject = undefined;
  }
}
