/**
 * The seam through which time enters: everything above this folder asks a clock, never a global,
 * so that a test can own the time.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. It may jump; use it for records. */
  now(): number;
  /** Milliseconds since some fixed moment. It never goes back; use it to measure. */
  monotonicMs(): number;
  /**
   * Waits.
   *
   * @param ms How long, 0 or more; `Infinity` waits until the signal aborts.
   * @param options Allows to end the wait early.
   * @returns A promise that resolves when the time has passed, or rejects with the signal's reason.
   * @throws {RangeError} If `ms` is negative or not a number.
   */
  sleep(ms: number, options?: SleepOptions): Promise<void>;
  /**
   * Calls a function once, later. The lowest layer: most code wants {@linkcode Clock.sleep}.
   *
   * @param ms How long to wait, 0 or more; `Infinity` never calls.
   * @param fn What to call. It must not throw.
   * @returns The timer; disposing it before its time means that `fn` is never called.
   * @throws {RangeError} If `ms` is negative or not a number.
   */
  setTimer(ms: number, fn: () => void): Disposable;
}

/** Options of {@linkcode Clock.sleep}. */
export interface SleepOptions {
  /** Ends the wait: the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}
