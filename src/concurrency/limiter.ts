import { LimiterFullError } from "./errors.ts";

/** Options of a {@linkcode Limiter}. */
export interface LimiterOptions {
  /** How many callers may wait; the next one is refused. @default {Infinity} */
  readonly maxWaiting?: number | undefined;
}

/** Options of {@linkcode Limiter.acquire} and {@linkcode Limiter.run}. */
export interface AcquireOptions {
  /** Gives up the place in the queue. */
  readonly signal?: AbortSignal | undefined;
}

/** The numbers of a limiter at one moment. */
export interface LimiterStatistics {
  /** Permits in all. */
  readonly capacity: number;
  /** Permits held. */
  readonly inUse: number;
  /** Callers that wait for one. */
  readonly waiting: number;
}

/**
 * Lets a limited number of callers at something at a time; the others wait their turn.
 *
 * @example Two downloads at a time
 * ```ts
 * import { Limiter, runTaskGroup, systemClock } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const limiter = new Limiter(2);
 * let most = 0;
 * await runTaskGroup((group) => {
 *   for (const file of ["a", "b", "c", "d"]) {
 *     group.spawn(file, (signal) =>
 *       limiter.run(async () => {
 *         most = Math.max(most, limiter.statistics().inUse);
 *         await systemClock.sleep(1, { signal });
 *       }, { signal }));
 *   }
 * });
 * assert.equal(most, 2);
 * ```
 */
export class Limiter {
  readonly #capacity: number;
  readonly #maxWaiting: number;
  #inUse = 0;
  // A Set keeps the order of arrival and gives up a place in the middle at no cost.
  readonly #waiting = new Set<() => void>();

  /**
   * Creates a limiter with all its permits free.
   *
   * @param capacity How many permits there are, 1 or more.
   * @param options How many callers may wait.
   * @throws {RangeError} If a number is out of its range.
   */
  constructor(capacity: number, options: LimiterOptions = {}) {
    const { maxWaiting = Infinity } = options;
    assertCount(1, "capacity", capacity);
    assertCount(0, "maxWaiting", maxWaiting);
    this.#capacity = capacity;
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Runs a function while holding a permit.
   *
   * @param fn The work.
   * @param options Gives up the wait for the permit.
   * @returns What the work returned.
   * @throws {LimiterFullError} If too many callers wait already.
   * @throws {unknown} The signal's reason if it aborts before the work begins, or the work's error.
   */
  async run<T>(fn: () => Promise<T> | T, options: AcquireOptions = {}): Promise<T> {
    using _permit = await this.acquire(options);
    options.signal?.throwIfAborted();
    return await fn();
  }

  /**
   * Waits for a permit, first come, first served.
   *
   * @param options Gives up the wait.
   * @returns The permit. Dispose it to give it back.
   * @throws {LimiterFullError} If too many callers wait already.
   * @throws {unknown} The signal's reason if it aborts before there is a permit.
   */
  async acquire(options: AcquireOptions = {}): Promise<Disposable> {
    const { signal } = options;
    signal?.throwIfAborted();
    const permit = this.tryAcquire();
    if (permit !== undefined) return permit;
    if (this.#waiting.size >= this.#maxWaiting) throw new LimiterFullError(this.#maxWaiting);
    await this.#waitForTurn(signal);
    return this.#createPermit();
  }

  /**
   * Takes a permit if one is free. It never waits.
   *
   * @returns The permit, or `undefined`. Dispose it to give it back.
   */
  tryAcquire(): Disposable | undefined {
    if (this.#inUse >= this.#capacity) return undefined;
    this.#inUse++;
    return this.#createPermit();
  }

  /**
   * A snapshot for logs, metrics and tests.
   *
   * @returns The present numbers.
   */
  statistics(): LimiterStatistics {
    return Object.freeze({
      capacity: this.#capacity,
      inUse: this.#inUse,
      waiting: this.#waiting.size,
    });
  }

  /** Resolves when a permit has been handed over; it was never free, so no one can be overtaken. */
  async #waitForTurn(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => {
      // Once the turn has come the caller holds the permit and must get it, or it would be lost.
      if (this.#waiting.delete(resolve)) reject(signal?.reason);
    };
    this.#waiting.add(resolve);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #createPermit(): Disposable {
    let isHeld = true;
    return {
      [Symbol.dispose]: (): void => {
        if (!isHeld) return;
        isHeld = false;
        this.#passOn();
      },
    };
  }

  #passOn(): void {
    for (const resolve of this.#waiting) {
      this.#waiting.delete(resolve);
      resolve();
      return;
    }
    this.#inUse--;
  }
}

function assertCount(minimum: number, name: string, value: number): void {
  if (value >= minimum && (Number.isInteger(value) || value === Infinity)) return;
  throw new RangeError(
    `Cannot create limiter as it is not a whole number from ${minimum} on: ${name} "${value}"`,
  );
}
