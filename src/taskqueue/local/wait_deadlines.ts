import type { Clock } from "../../concurrency/mod.ts";

/** Something that ends when its time is over. */
export interface Expiring {
  /** By the clock's monotonic time; milliseconds. */
  readonly dueMs: number;
  /** Where it is among the others; kept by {@linkcode WaitDeadlines}. -1 when it is not there. */
  place: number;
  /** Its time is over. It is not there any more. */
  expire(): void;
}

/** A timer may ring this much early. */
const TOLERANCE_MS = 0.5;

/**
 * The deadlines of thousands of waits, with one timer for all of them. There is no timer while nobody
 * waits.
 */
export class WaitDeadlines {
  readonly #clock: Clock;
  /** A binary heap. */
  readonly #heap: Expiring[] = [];
  #timer: Disposable | undefined;
  #timerDueMs = Infinity;

  /** @param clock Whose time it is. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The time by which deadlines are told. */
  get nowMs(): number {
    return this.#clock.monotonicMs();
  }

  /** Have something end at its time. */
  add(item: Expiring): void {
    this.#heap.push(item);
    this.#moveUp(item, this.#heap.length - 1);
    if (item.dueMs < this.#timerDueMs) this.#setTimer(item.dueMs);
  }

  /** It has ended by itself. */
  delete(item: Expiring): void {
    const { place } = item;
    if (place === -1) return;
    item.place = -1;
    const last = this.#heap.pop();
    if (last !== undefined && last !== item) this.#put(last, place);
    // Otherwise the timer rings in vain, which is cheaper than a new one for each wait that ends.
    if (this.#heap.length === 0) this.#setTimer(Infinity);
  }

  #ring(): void {
    this.#timerDueMs = Infinity;
    const nowMs = this.nowMs + TOLERANCE_MS;
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.dueMs > nowMs) return this.#setTimer(first.dueMs);
      this.delete(first);
      first.expire();
    }
  }

  #setTimer(dueMs: number): void {
    this.#timer?.[Symbol.dispose]();
    this.#timerDueMs = dueMs;
    this.#timer = dueMs === Infinity
      ? undefined
      : this.#clock.setTimer(Math.max(0, dueMs - this.nowMs), () => this.#ring());
  }

  #put(item: Expiring, place: number): void {
    const parent = this.#heap[(place - 1) >> 1];
    if (place > 0 && parent !== undefined && parent.dueMs > item.dueMs) this.#moveUp(item, place);
    else this.#moveDown(item, place);
  }

  #moveUp(item: Expiring, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || parent.dueMs <= item.dueMs) break;
      this.#set(parent, place);
      place = above;
    }
    this.#set(item, place);
  }

  #moveDown(item: Expiring, from: number): void {
    let place = from;
    for (;;) {
      const [left, right] = [this.#heap[2 * place + 1], this.#heap[2 * place + 2]];
      const child = right !== undefined && left !== undefined && right.dueMs < left.dueMs
        ? right
        : left;
      if (child === undefined || child.dueMs >= item.dueMs) break;
      const below = child.place;
      this.#set(child, place);
      place = below;
    }
    this.#set(item, place);
  }

  #set(item: Expiring, place: number): void {
    this.#heap[place] = item;
    item.place = place;
  }
}
