import { TooManyWaitersError } from "../errors.ts";
import { MultiMap } from "./multi_map.ts";
import { WaitSlot, type WaitSlotOptions } from "./wait_slot.ts";
import { affinityOf, suits, type WorkOffer, type WorkWish } from "./work_offer.ts";

/** What a waiter was woken for: a task, or anything that there may be. */
export type WakeReason = WorkOffer | "anything";

/**
 * Claimers that wait for work, in the order in which they came.
 *
 * A task wakes the first waiter that could take it, and nobody else. Waiters that ask for the same
 * share one pool, so that a type with thousands of them is looked through in one step.
 */
export class WorkWaiters {
  readonly #pools = new Map<string, WaiterPool>();
  readonly #poolsByType = new MultiMap<WaiterPool>();
  readonly #byPeer = new MultiMap<WorkWaiter>();
  readonly #maxWaiters: number;
  #count = 0;
  #joined = 0;

  /** @param maxWaiters How many may wait. */
  constructor(maxWaiters: number) {
    this.#maxWaiters = maxWaiters;
  }

  /**
   * Queue up. Do so before the first look for work, so that none is missed.
   *
   * @throws {TooManyWaitersError} If too many wait already.
   */
  join(wish: WorkWish, options: WaitSlotOptions): WorkWaiter {
    if (this.#count >= this.#maxWaiters) throw new TooManyWaitersError(this.#maxWaiters);
    this.#count++;
    const pool = this.#poolOf(wish);
    const waiter = new WorkWaiter({ waiters: this, pool, wish, order: this.#joined++ }, options);
    pool.size++;
    pool.listening.add(waiter);
    this.#byPeer.add(wish.peerId, waiter);
    return waiter;
  }

  /** Take a waiter out. It must be in. */
  leave(waiter: WorkWaiter): void {
    const { pool, peerId } = waiter;
    this.#count--;
    pool.size--;
    pool.listening.delete(waiter);
    if (pool.size === 0) this.#drop(pool);
    this.#byPeer.delete(peerId, waiter);
  }

  /**
   * Wake the first waiter that could take a task.
   *
   * @returns Whether there is one.
   */
  wake(offer: WorkOffer, nowMs: number): boolean {
    let first: WorkWaiter | undefined;
    for (const key of [offer.type, ANY]) {
      for (const pool of this.#poolsByType.get(key)) {
        const waiter = pool.find(offer, nowMs);
        if (waiter !== undefined && !(first !== undefined && first.order < waiter.order)) {
          first = waiter;
        }
      }
    }
    first?.wake(offer);
    return first !== undefined;
  }

  /**
   * Wake the first waiter of one peer that could take a task.
   *
   * @returns Whether there is one.
   */
  wakePeer(peerId: string, offer: WorkOffer, nowMs: number): boolean {
    for (const waiter of this.#byPeer.get(peerId)) {
      if (!waiter.pool.takes(offer.type) || !waiter.couldTake(offer, nowMs)) continue;
      waiter.wake(offer);
      return true;
    }
    return false;
  }

  /** Wake the first waiter of each pool: there may be work, and nobody knows for whom. */
  wakeEachPool(): void {
    for (const pool of this.#pools.values()) pool.wakeFirst();
  }

  /** Wake the first waiter of each pool that takes a type. */
  wakeType(type: string): void {
    for (const key of [type, ANY]) {
      for (const pool of this.#poolsByType.get(key)) pool.wakeFirst();
    }
  }

  /**
   * End the waits of a worker, without work.
   *
   * @returns The peers that waited for it.
   */
  dismiss(worker: string): ReadonlySet<string> {
    const peerIds = new Set<string>();
    for (const waiter of this.#byPeer.values()) {
      if (waiter.wish.worker !== worker) continue;
      peerIds.add(waiter.peerId);
      waiter.dismiss();
    }
    return peerIds;
  }

  /** Who waits for what. */
  *wishes(): IterableIterator<WorkWish> {
    for (const { wish } of this.#byPeer.values()) yield wish;
  }

  /** How many wait. */
  get count(): number {
    return this.#count;
  }

  #poolOf({ types, offers, session }: WorkWish): WaiterPool {
    const key = JSON.stringify([types, offers, session]);
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const pool = new WaiterPool(key, { types, offers, session });
    this.#pools.set(key, pool);
    for (const type of pool.keys) this.#poolsByType.add(type, pool);
    return pool;
  }

  #drop(pool: WaiterPool): void {
    this.#pools.delete(pool.key);
    for (const type of pool.keys) this.#poolsByType.delete(type, pool);
  }
}

/** Stands for every type; not a name that a type can have. */
const ANY = "\u0000any";

/** Waiters that ask for the same. */
class WaiterPool {
  readonly key: string;
  /** The types that it is found under. */
  readonly keys: ReadonlySet<string>;
  readonly offers: readonly string[];
  readonly session: string | null;
  /** Those that nobody has woken, in the order in which they began to listen. */
  readonly listening = new Set<WorkWaiter>();
  /** All of them. */
  size = 0;

  constructor(key: string, wish: Pick<WorkWish, "types" | "offers" | "session">) {
    this.key = key;
    this.keys = wish.types === "any" ? new Set([ANY]) : new Set(wish.types);
    this.offers = wish.offers;
    this.session = wish.session;
  }

  takes(type: string): boolean {
    return this.keys.has(type) || this.keys.has(ANY);
  }

  find(offer: WorkOffer, nowMs: number): WorkWaiter | undefined {
    if (this.listening.size === 0 || !suits(offer, this, nowMs)) return undefined;
    const worker = affinityOf(offer, nowMs)?.worker ?? null;
    for (const waiter of this.listening) {
      if (worker === null || worker === waiter.wish.worker) return waiter;
    }
    return undefined;
  }

  wakeFirst(): void {
    for (const waiter of this.listening) {
      waiter.wake("anything");
      return;
    }
  }
}

/** How a waiter belongs to the others. */
interface Place {
  readonly waiters: WorkWaiters;
  readonly pool: WaiterPool;
  readonly wish: WorkWish;
  readonly order: number;
}

/** A place in the queue of claimers. */
export class WorkWaiter extends WaitSlot {
  readonly pool: WaiterPool;
  readonly wish: WorkWish;
  /** Who came first. */
  readonly order: number;
  readonly #waiters: WorkWaiters;
  #reason: WakeReason | undefined;
  #hasLeft = false;

  constructor({ waiters, pool, wish, order }: Place, options: WaitSlotOptions) {
    super(options);
    this.#waiters = waiters;
    this.pool = pool;
    this.wish = wish;
    this.order = order;
  }

  /** Who waits. */
  get peerId(): string {
    return this.wish.peerId;
  }

  /** What it was woken for since it last listened. */
  get reason(): WakeReason | undefined {
    return this.#reason;
  }

  /** Whether it listens and could have the task, its type apart. */
  couldTake(offer: WorkOffer, nowMs: number): boolean {
    if (!this.pool.listening.has(this) || !suits(offer, this.pool, nowMs)) return false;
    const worker = affinityOf(offer, nowMs)?.worker ?? null;
    return worker === null || worker === this.wish.worker;
  }

  /** End the wait that goes on, or the next one at once. */
  wake(reason: WakeReason): void {
    this.pool.listening.delete(this);
    this.#reason = reason;
    this.notify();
  }

  /** End the wait without work. */
  dismiss(): void {
    this.pool.listening.delete(this);
    this.expire();
  }

  /**
   * Listen for the next news. Do so before looking for what the last ones told of.
   *
   * @returns What those were, if they were about work.
   */
  listen(): WakeReason | undefined {
    const reason = this.#reason;
    this.#reason = undefined;
    this.pool.listening.add(this);
    return reason;
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    if (!this.#hasLeft) this.#waiters.leave(this);
    this.#hasLeft = true;
  }
}
