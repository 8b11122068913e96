import type { Clock } from "../concurrency/mod.ts";

/** How changes are told. */
export interface ChangeTellerOptions {
  /** At most one change is told in this time; 0 tells each at once. */
  readonly intervalMs: number;
  /** Whose time it is. */
  readonly clock: Clock;
}

/** Tells of changes: the first at once, and of those that follow soon one for all. */
export class ChangeTeller implements Disposable {
  readonly #onChange: () => void;
  readonly #options: ChangeTellerOptions;
  #pause: Disposable | undefined;
  #hasMore = false;

  /**
   * @param onChange Told.
   * @param options How often.
   */
  constructor(onChange: () => void, options: ChangeTellerOptions) {
    this.#onChange = onChange;
    this.#options = options;
  }

  /** There was a change. */
  tell(): void {
    if (this.#pause !== undefined) {
      this.#hasMore = true;
      return;
    }
    const { intervalMs, clock } = this.#options;
    if (intervalMs > 0) {
      this.#pause = clock.setTimer(intervalMs, () => {
        this.#pause = undefined;
        if (!this.#hasMore) return;
        this.#hasMore = false;
        this.tell();
      });
    }
    this.#onChange();
  }

  /** Nothing is told any more. */
  [Symbol.dispose](): void {
    this.#pause?.[Symbol.dispose]();
  }
}
