import { abortable, type Clock } from "../concurrency/mod.ts";
import type { WatchResourceOptions } from "../mcp/mod.ts";
import type { TaskQueue } from "../taskqueue/mod.ts";

/** Counts are looked at once in this time, however many watch them. */
const INTERVAL_MS = 1_000;

/** Tells whoever watches that the counts of a queue have changed. */
export class CountsWatch {
  readonly #queue: TaskQueue;
  readonly #clock: Clock;
  #counts: Promise<string> | undefined;
  #countedAtMs = -Infinity;

  /**
   * @param queue Whose counts.
   * @param clock Whose time it is.
   */
  constructor(queue: TaskQueue, clock: Clock) {
    this.#queue = queue;
    this.#clock = clock;
  }

  /** Tell of changes until the signal aborts. */
  async watch({ onChange, signal }: WatchResourceOptions): Promise<void> {
    let known: string | undefined;
    while (!signal.aborted) {
      // What fails is tried again below; what was missed meanwhile is told then.
      const counts = await abortable(this.#count(), signal).catch(() => known);
      if (known !== undefined && counts !== known) onChange();
      known = counts;
      await this.#clock.sleep(INTERVAL_MS, { signal }).catch(() => {});
    }
  }

  /** Those who watch share one look. */
  #count(): Promise<string> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#counts === undefined || nowMs - this.#countedAtMs >= INTERVAL_MS) {
      this.#countedAtMs = nowMs;
      this.#counts = this.#queue.counts().then(({ total, byType }) =>
        JSON.stringify([total, [...byType]])
      );
    }
    return this.#counts;
  }
}
