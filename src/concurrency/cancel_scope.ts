import { CancelReason } from "./cancel_reason.ts";
import type { Clock } from "./clock.ts";
import { assertDurationMs } from "./duration.ts";
import { isCancellation } from "./is_cancellation.ts";
import { currentScope, type Scope, withScope } from "./scope.ts";
import { systemClock } from "./system_clock.ts";

/** Options of a {@linkcode CancelScope}. */
export interface CancelScopeOptions {
  /** For messages and logs. */
  readonly name: string;
  /** How long the work may take; 0 is over at once. @default {undefined} no limit */
  readonly deadlineMs?: number | undefined;
  /** Whose time the deadline is in. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Cancels the scope from outside, with its own reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A signal with three ways to abort it: by hand, by a deadline, and from outside. All of them end
 * with the scope: disposing it stops the timer and takes the listener off the outside signal.
 *
 * The outside reason is passed on by identity. So work that was handed the signal of any enclosing
 * scope throws something that every scope on the way out recognises. `AbortSignal.any` is no
 * substitute, as a long-lived source keeps what it holds for every signal derived from it.
 */
export class CancelScope implements Scope, Disposable {
  readonly name: string;
  readonly parent: Scope | undefined = currentScope();
  readonly #controller = new AbortController();
  readonly #outside: AbortSignal | undefined;
  readonly #timer: Disposable | undefined;
  #timeout: CancelReason | undefined;

  constructor(options: CancelScopeOptions) {
    const { name, deadlineMs = Infinity, clock = systemClock, signal } = options;
    assertDurationMs("deadlineMs", deadlineMs);
    this.name = name;
    this.#outside = signal;
    if (signal?.aborted) {
      this.cancel(signal.reason);
    } else if (deadlineMs === 0) {
      this.#expire(deadlineMs);
    } else {
      signal?.addEventListener("abort", this.#onOutsideAbort, { once: true });
      if (deadlineMs !== Infinity) {
        this.#timer = clock.setTimer(deadlineMs, () => this.#expire(deadlineMs));
      }
    }
  }

  /** Aborts when the scope is cancelled, whichever way. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the deadline that cancelled the scope. */
  get timedOut(): boolean {
    return this.#timeout !== undefined && this.signal.reason === this.#timeout;
  }

  /** Whether the outside signal has aborted, even if something else was first. */
  get cancelledFromOutside(): boolean {
    return this.#outside?.aborted ?? false;
  }

  /** The reason to leave the scope with: the outside one wins, as more than this scope must end. */
  get reason(): unknown {
    return this.#outside?.aborted ? this.#outside.reason : this.signal.reason;
  }

  /** Aborts the signal. Only the first call has an effect. */
  cancel(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** Whether an error of work in this scope is the echo of its cancellation. */
  isCancellation(error: unknown): boolean {
    if (isCancellation(error, this.signal)) return true;
    return this.#outside !== undefined && isCancellation(error, this.#outside);
  }

  /**
   * Runs a function in the scope, unless the scope is cancelled already.
   *
   * @param fn The work.
   * @returns What `fn` returns, even when that came after the cancellation: it may be a resource.
   * @throws {unknown} The scope's reason if the work was interrupted, else the work's own error.
   */
  async run<T>(fn: (signal: AbortSignal) => Promise<T> | T): Promise<T> {
    this.signal.throwIfAborted();
    try {
      return await withScope(this, () => fn(this.signal));
    } catch (error) {
      throw this.isCancellation(error) ? this.reason : error;
    }
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#outside?.removeEventListener("abort", this.#onOutsideAbort);
  }

  readonly #onOutsideAbort = (): void => this.cancel(this.#outside?.reason);

  #expire(deadlineMs: number): void {
    this.#timeout = new CancelReason("deadline", {
      scope: this.name,
      detail: `deadline "${deadlineMs} ms"`,
    });
    this.cancel(this.#timeout);
  }
}
