/** Knows in one step whether a peer is the only one that asks for work. */
export class SoleClaimer {
  readonly #recentMs: number;
  #newest = "";
  #newestMs = -Infinity;
  /** When any other than the newest last asked. */
  #othersMs = -Infinity;

  /** @param recentMs How long asking counts. */
  constructor(recentMs: number) {
    this.#recentMs = recentMs;
  }

  /** Note that a peer asks for work. */
  note(peerId: string, nowMs: number): void {
    if (peerId !== this.#newest) {
      this.#othersMs = this.#newestMs;
      this.#newest = peerId;
    }
    this.#newestMs = nowMs;
  }

  /** Whether nobody but this peer has asked lately. */
  is(peerId: string, nowMs: number): boolean {
    const othersMs = peerId === this.#newest ? this.#othersMs : this.#newestMs;
    return nowMs - othersMs > this.#recentMs;
  }

  /** Whether one peer at most has asked lately. */
  exists(nowMs: number): boolean {
    return this.is(this.#newest, nowMs);
  }
}
