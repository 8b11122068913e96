import type { Clock } from "../../concurrency/mod.ts";

/** What ends the wait for an answer. */
export interface CallLimitOptions {
  /** How long the call may take. */
  readonly timeoutMs: number;
  /** The error for a call that takes longer. */
  readonly toTimeoutError: () => Error;
  /** Gives up. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Time limit and signal of one call. A busy client has very many calls: this does without a timer
 * and a signal of its own for each, unless the call really has to wait for a stream.
 */
export class CallLimit implements Disposable {
  readonly expiresAtMs: number;
  readonly #options: CallLimitOptions;
  readonly #deadlines: Deadlines;
  #end: { readonly reason: unknown } | undefined;
  #onEnd: ((reason: unknown) => void) | undefined;
  #controller: AbortController | undefined;

  /** @param deadlines Keeps the time. */
  constructor(deadlines: Deadlines, options: CallLimitOptions) {
    this.#options = options;
    this.#deadlines = deadlines;
    this.expiresAtMs = deadlines.add(this, options.timeoutMs);
    const { signal } = options;
    if (signal?.aborted) this.#onAbort();
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** The same as a signal, for what takes one. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#end !== undefined) this.#controller.abort(this.#end.reason);
    }
    return this.#controller.signal;
  }

  /** Throws why the call is over, if it is. */
  throwIfOver(): void {
    if (this.#end !== undefined) throw this.#end.reason;
  }

  /** Calls a function when the call is over, instead of the one set before. */
  set onEnd(fn: ((reason: unknown) => void) | undefined) {
    this.#onEnd = fn;
  }

  /** The time is up. */
  expire(): void {
    this.#stop(this.#options.toTimeoutError());
  }

  [Symbol.dispose](): void {
    this.#onEnd = undefined;
    this.#deadlines.delete(this);
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => this.#stop(this.#options.signal?.reason);

  #stop(reason: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    this.#controller?.abort(reason);
    this.#onEnd?.(reason);
  }
}

/** One timer for all calls. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #limits = new Set<CallLimit>();
  #timer: Disposable | undefined;
  #timerAtMs = Infinity;

  /** @param clock Whose time it is. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Expires a limit later, unless it is deleted before. Returns when, in monotonic time. */
  add(limit: CallLimit, timeoutMs: number): number {
    this.#limits.add(limit);
    const atMs = this.#clock.monotonicMs() + timeoutMs;
    if (atMs < this.#timerAtMs) this.#setTimer(atMs);
    return atMs;
  }

  /** Forgets a limit. The timer is left as it is while there are others: it costs less. */
  delete(limit: CallLimit): void {
    this.#limits.delete(limit);
    if (this.#limits.size === 0) this.#setTimer(Infinity);
  }

  #setTimer(atMs: number): void {
    this.#timer?.[Symbol.dispose]();
    this.#timerAtMs = atMs;
    const waitMs = Math.max(0, atMs - this.#clock.monotonicMs());
    this.#timer = atMs === Infinity
      ? undefined
      : this.#clock.setTimer(waitMs, () => this.#expireDue());
  }

  #expireDue(): void {
    const nowMs = this.#clock.monotonicMs();
    let nextMs = Infinity;
    for (const limit of [...this.#limits]) {
      if (limit.expiresAtMs > nowMs) {
        nextMs = Math.min(nextMs, limit.expiresAtMs);
      } else {
        this.#limits.delete(limit);
        limit.expire();
      }
    }
    this.#setTimer(nextMs);
  }
}
