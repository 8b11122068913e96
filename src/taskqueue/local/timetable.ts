/** What is to happen at a time. */
interface Entry {
  readonly key: string;
  readonly atMs: number;
  readonly run: (nowMs: number) => void;
}

/**
 * Things to do at certain times, each under a key. It has no timer of its own: its owner calls it
 * when the earliest time has come.
 */
export class Timetable {
  readonly #entries = new Map<string, Entry>();
  /** A binary heap; entries that were replaced or deleted stay in it until they surface. */
  #heap: Entry[] = [];
  readonly #maxEntries: number;

  /** @param maxEntries How many there may be. */
  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /** When the next thing is to happen; `Infinity` if nothing is. */
  get nextMs(): number {
    this.#dropStale();
    return this.#heap[0]?.atMs ?? Infinity;
  }

  /**
   * Have something done at a time, instead of what is under the key.
   *
   * @returns `false` if there is no room.
   */
  set(key: string, atMs: number, run: (nowMs: number) => void): boolean {
    const known = this.#entries.get(key);
    if (known === undefined && this.#entries.size >= this.#maxEntries) return false;
    const entry = { key, atMs, run };
    this.#entries.set(key, entry);
    this.#push(entry);
    return true;
  }

  /** Forget what is under a key. */
  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Do what is due. */
  runDue(nowMs: number): void {
    while (this.nextMs <= nowMs) {
      const entry = this.#pop();
      if (entry === undefined) return;
      this.#entries.delete(entry.key);
      entry.run(nowMs);
    }
  }

  #dropStale(): void {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#entries.get(first.key) === first) return;
      this.#pop();
    }
  }

  #push(entry: Entry): void {
    // Stale entries must not pile up behind one that is far away.
    if (this.#heap.length > 2 * this.#entries.size + 64) {
      this.#heap = [...this.#entries.values()].sort((a, b) => a.atMs - b.atMs);
      return;
    }
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#atMs(parent) <= entry.atMs) break;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    heap[0] = last;
    for (let index = 0;;) {
      const left = 2 * index + 1;
      const child = this.#atMs(left + 1) < this.#atMs(left) ? left + 1 : left;
      if (last.atMs <= this.#atMs(child)) return first;
      this.#swap(index, child);
      index = child;
    }
  }

  #atMs(index: number): number {
    return this.#heap[index]?.atMs ?? Infinity;
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined || second === undefined) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}
