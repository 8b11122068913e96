const FIRST_MS = 3_000;
const FACTOR = 3;
const MAX_MS = 60_000;
/** To look into a table that is empty costs nothing. */
const FIRST_EMPTY_MS = 1_000;
const MAX_EMPTY_MS = 10_000;

/** Pauses between rounds: short ones at first, while the table fills, and longer ones then. */
export class Pace {
  readonly #maxMs: number;
  #isEmpty = true;
  #rounds = 0;

  constructor(maxMs: number = MAX_MS) {
    this.#maxMs = maxMs;
  }

  /** The pause after the last round. */
  get intervalMs(): number {
    const [firstMs, maxMs] = this.#isEmpty
      ? [FIRST_EMPTY_MS, Math.min(this.#maxMs, MAX_EMPTY_MS)]
      : [FIRST_MS, this.#maxMs];
    return Math.min(maxMs, firstMs * FACTOR ** Math.max(0, this.#rounds - 1));
  }

  /** A round has found the table empty, or not. */
  note(isEmpty: boolean): void {
    this.#rounds = isEmpty === this.#isEmpty ? this.#rounds + 1 : 1;
    this.#isEmpty = isEmpty;
  }
}
