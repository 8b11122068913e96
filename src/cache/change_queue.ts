import { compareVersions } from "../store/mod.ts";
import type { CacheChange } from "./shared_cache.ts";

/** A change with what it takes in memory. */
export interface QueuedChange {
  readonly change: CacheChange;
  /** About. */
  readonly sizeBytes: number;
}

/** How much a queue holds. */
export interface ChangeQueueLimits {
  readonly maxQueued: number;
  readonly maxQueuedBytes: number;
}

/** Changes on their way to one node, oldest first: of each key only the newest. */
export class ChangeQueue {
  readonly #changes = new Map<string, QueuedChange>();
  readonly #limits: ChangeQueueLimits;
  #bytes = 0;

  /** @param limits How much it holds. */
  constructor(limits: ChangeQueueLimits) {
    this.#limits = limits;
  }

  /** How many changes wait. */
  get size(): number {
    return this.#changes.size;
  }

  /**
   * Add a change, unless a newer one of its key waits. A newer one takes the place of the older, so
   * that a key that changes all the time gets its turn.
   *
   * @returns How many changes had to go to make room, oldest first.
   */
  push(queued: QueuedChange): number {
    const { key, version } = queued.change;
    const waiting = this.#changes.get(key);
    if (waiting !== undefined) {
      if (compareVersions(waiting.change.version, version) >= 0) return 0;
      this.#bytes -= waiting.sizeBytes;
    }
    this.#changes.set(key, queued);
    this.#bytes += queued.sizeBytes;
    return this.#dropOldest();
  }

  /** Take the oldest changes out. */
  take(limit: number): readonly QueuedChange[] {
    const taken: QueuedChange[] = [];
    for (const queued of this.#changes.values()) {
      if (taken.length >= limit) break;
      taken.push(queued);
    }
    for (const queued of taken) this.#remove(queued);
    return taken;
  }

  #dropOldest(): number {
    let dropped = 0;
    for (const queued of this.#changes.values()) {
      const { maxQueued, maxQueuedBytes } = this.#limits;
      if (this.#changes.size <= maxQueued && this.#bytes <= maxQueuedBytes) break;
      this.#remove(queued);
      dropped++;
    }
    return dropped;
  }

  #remove({ change, sizeBytes }: QueuedChange): void {
    this.#changes.delete(change.key);
    this.#bytes -= sizeBytes;
  }
}
