import type { Database } from "../database.ts";

/** Uses that are remembered; of more, the earliest are forgotten. */
const MAX_NOTED = 16_384;

/** The end of the order that a file already holds. */
export const LAST_USED = "SELECT used FROM cache_entries ORDER BY used DESC LIMIT 1";

/**
 * The order in which entries were used. A reading is only noted here, in memory: writing each down
 * would make every read a write. Who looks for an entry to evict gives those that were noted a second
 * chance, so that the order is right where it matters.
 */
export class Recency {
  /** Rows that were read, earliest first. */
  readonly #noted = new Set<number>();
  #last: number;

  /** @param database The entries. */
  constructor(database: Database) {
    const [row] = database.all(LAST_USED);
    this.#last = Number(row?.["used"] ?? 0);
  }

  /** The number of an entry that is used now; the larger the later. */
  next(): number {
    return ++this.#last;
  }

  /** Remember that a row was read. */
  note(id: number): void {
    this.#noted.delete(id);
    this.#noted.add(id);
    if (this.#noted.size <= MAX_NOTED) return;
    for (const earliest of this.#noted) {
      this.#noted.delete(earliest);
      return;
    }
  }

  /** Whether a row was read since it was last asked for here or was written. */
  take(id: number): boolean {
    return this.#noted.delete(id);
  }
}
