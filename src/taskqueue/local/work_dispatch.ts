import type { Clock } from "../../concurrency/mod.ts";
import { TaskOwnership } from "../../scheduling/mod.ts";
import type { ClaimCandidate, TaskStore } from "../../store/mod.ts";
import type { Task } from "../../task/mod.ts";
import type { TaskQueueLimits } from "../limits.ts";
import type { LocalClaimWork } from "./local_task_queue.ts";
import type { RecentPeers } from "./recent_peers.ts";
import { SoleClaimer } from "./sole_claimer.ts";
import { Timetable } from "./timetable.ts";
import { toWorkAsk, type WorkAsk } from "./to_work_ask.ts";
import type { WaitDeadlines } from "./wait_deadlines.ts";
import { affinityOf, type WorkOffer, type WorkWish } from "./work_offer.ts";
import { type WakeReason, type WorkWaiter, WorkWaiters } from "./work_waiters.ts";

/** What a {@linkcode WorkDispatch} needs. */
export interface WorkDispatchDeps {
  readonly store: TaskStore;
  readonly limits: TaskQueueLimits;
  readonly clock: Clock;
  readonly deadlines: WaitDeadlines;
  /** The node's own id. */
  readonly peerId: string;
  readonly peers: RecentPeers;
  /** Told of each task that was leased. */
  readonly onClaimed: (task: Task) => void;
  /** Told when {@linkcode WorkDispatch.nextDueMs} may have become earlier. */
  readonly onScheduled: () => void;
  /** Told of a time at which {@linkcode WorkDispatch.wakeForUnnoted} must be called. */
  readonly onUnnoted: (atMs: number) => void;
}

/** How many tasks are remembered whose time is still to come, with those that are kept for owners. */
const MAX_SCHEDULED = 20_000;

/**
 * Brings queued tasks and claimers together, the node's own worker and peers in the same way.
 *
 * With several peers that ask for work each task is kept for its owner for a short grace period. A
 * peer that has asked only once owns nothing: Python peers have a new id for each call, and their
 * tasks would wait for nobody.
 */
export class WorkDispatch {
  readonly #deps: WorkDispatchDeps;
  readonly #waiters: WorkWaiters;
  readonly #ownership: TaskOwnership;
  readonly #sole: SoleClaimer;
  readonly #timetable = new Timetable(MAX_SCHEDULED);
  #refreshedMs = -Infinity;
  /** Delayed tasks that were submitted before this time may be missing in the timetable. */
  #unnotedBeforeMs: number;

  constructor(deps: WorkDispatchDeps) {
    this.#deps = deps;
    const { maxWaiters, ownershipGraceMs: graceMs, recentMs } = deps.limits;
    this.#waiters = new WorkWaiters(maxWaiters);
    this.#ownership = new TaskOwnership({ graceMs, recentMs });
    this.#sole = new SoleClaimer(recentMs);
    this.#unnotedBeforeMs = this.#nowMs();
  }

  /** When something is to be done next. */
  get nextDueMs(): number {
    return this.#timetable.nextMs;
  }

  /** How many claimers wait. */
  get waiting(): number {
    return this.#waiters.count;
  }

  /** Lease tasks, and wait for them if that is asked for. */
  async claim(
    input: LocalClaimWork,
    signal: AbortSignal | undefined,
  ): Promise<readonly Task[]> {
    signal?.throwIfAborted();
    const ask = toWorkAsk(input, this.#deps);
    this.#note(ask);
    if (ask.waitMs === 0) return await this.#tryClaim(ask);
    // Joining begins before the first look, so that no task falls between the two.
    const waiter = this.#waiters.join(ask.wish, {
      timeoutMs: ask.waitMs,
      deadlines: this.#deps.deadlines,
      signal,
    });
    let tasks: readonly Task[] = [];
    let missed: WakeReason | undefined;
    try {
      for (let reason: WakeReason | undefined;; reason = waiter.listen()) {
        tasks = await this.#tryClaim(ask, waiter);
        if (tasks.length > 0) {
          missed = reason;
          return tasks;
        }
        if (await waiter.wait() === "timeout") return tasks;
      }
    } finally {
      this.#timetable.delete(keyOf(waiter));
      const reasons = [missed, waiter.reason];
      waiter[Symbol.dispose]();
      for (const reason of reasons) this.#passOn(reason, waiter, tasks);
    }
  }

  /** Tell those who wait of a queued task, now or when it can be claimed. */
  offer(offer: WorkOffer, nowMs: number): void {
    if (offer.readyAtMs > nowMs) {
      this.#offerAgain(offer, offer.readyAtMs);
      return;
    }
    const owner = this.#ownerOf(offer, nowMs);
    if (owner === undefined) this.#waiters.wake(offer, nowMs);
    else this.#waiters.wakePeer(owner, offer, nowMs);
    const openMs = owner === undefined ? Infinity : this.#ownership.openAtMs(offer);
    const againMs = Math.min(openMs, affinityOf(offer, nowMs)?.untilMs ?? Infinity);
    if (againMs < Infinity) this.#offerAgain(offer, againMs);
  }

  /** A task is not queued any more. */
  withdraw(taskId: string): void {
    this.#timetable.delete(taskId);
  }

  /**
   * A worker has lost a lease: it is taken for dead until it asks for work again. Otherwise a worker
   * that hangs would be given the next task by the claim that it has left open.
   */
  distrust(worker: string): void {
    const peerIds = this.#waiters.dismiss(worker);
    for (const peerId of peerIds) this.#ownership.forget(peerId);
    for (const peerId of this.#deps.peers.peersOf(worker)) this.#ownership.forget(peerId);
  }

  /** A task of a type has ended, of which only so many may run. */
  offerType(type: string): void {
    this.#waiters.wakeType(type);
  }

  /**
   * Wake claimers if there may be tasks whose time has come and was not noted: those of an earlier
   * life of the node, and those that were too many. One waiter of each kind looks for them.
   */
  async wakeForUnnoted(): Promise<void> {
    if (this.#unnotedBeforeMs === -Infinity || this.waiting === 0) return;
    const [oldest] = await this.#deps.store.list({ status: "queued", limit: 1 });
    if (oldest !== undefined && oldest.createdAtMs < this.#unnotedBeforeMs) {
      this.#waiters.wakeEachPool();
    } else {
      this.#unnotedBeforeMs = -Infinity;
    }
  }

  /** Do what is due. */
  runDue(nowMs: number): void {
    this.#timetable.runDue(nowMs);
  }

  /** Peers that may own tasks now. */
  members(nowMs: number): readonly string[] {
    this.#refresh(nowMs);
    return this.#ownership.peers(nowMs);
  }

  async #tryClaim(ask: WorkAsk, waiter?: WorkWaiter): Promise<readonly Task[]> {
    const { store, limits, onClaimed } = this.#deps;
    const { wish, limit, leaseMs, isFenced } = ask;
    const nowMs = this.#nowMs();
    const refused = { untilMs: Infinity };
    const tasks = await store.claim({
      worker: wish.worker,
      types: wish.types,
      offers: wish.offers,
      session: wish.session,
      limit,
      nowMs,
      leaseMs,
      isFenced,
      maxRunningByType: limits.maxRunningByType,
      mayTake: this.#mayTake(wish.peerId, refused, nowMs),
    });
    for (const task of tasks) onClaimed(task);
    if (waiter !== undefined && tasks.length === 0 && refused.untilMs < Infinity) {
      this.#schedule(keyOf(waiter), refused.untilMs, () => waiter.notify());
    }
    return tasks;
  }

  /** Notes when the first of the tasks that it refuses is open to anybody. */
  #mayTake(peerId: string, refused: { untilMs: number }, nowMs: number) {
    if (this.#deps.limits.ownershipGraceMs === 0 || this.#sole.is(peerId, nowMs)) return undefined;
    this.#refresh(nowMs);
    if (this.#sole.is(peerId, nowMs)) return undefined;
    return (candidate: ClaimCandidate): boolean => {
      if (this.#ownership.mayClaim(peerId, candidate, nowMs)) return true;
      refused.untilMs = Math.min(refused.untilMs, this.#ownership.openAtMs(candidate));
      return false;
    };
  }

  /** Whom a task is kept for at the moment; `undefined` for nobody. */
  #ownerOf(offer: WorkOffer, nowMs: number): string | undefined {
    if (nowMs >= this.#ownership.openAtMs(offer)) return undefined;
    this.#refresh(nowMs);
    if (this.#sole.exists(nowMs)) return undefined;
    return this.#ownership.ownerOf(offer, nowMs);
  }

  #note({ wish, waitMs }: WorkAsk): void {
    const { peers, limits, peerId } = this.#deps;
    const nowMs = this.#nowMs();
    const isKnown = nowMs - peers.lastClaimMs(wish.peerId) <= limits.recentMs;
    peers.noteClaim(wish.peerId, wish, nowMs);
    if (isKnown || waitMs > 0 || wish.peerId === peerId) this.#noteMember(wish, nowMs);
  }

  /** Whoever waits for work asks for it all the time. */
  #refresh(nowMs: number): void {
    if (Math.abs(nowMs - this.#refreshedMs) < this.#deps.limits.recentMs / 4) return;
    this.#refreshedMs = nowMs;
    for (const wish of this.#waiters.wishes()) this.#noteMember(wish, nowMs);
  }

  #noteMember({ peerId, types }: WorkWish, nowMs: number): void {
    if (this.#deps.limits.ownershipGraceMs === 0) return;
    this.#sole.note(peerId, nowMs);
    this.#ownership.noteClaim(peerId, types, nowMs);
  }

  /** What somebody was woken for and did not take may be for somebody else. */
  #passOn(reason: WakeReason | undefined, waiter: WorkWaiter, taken: readonly Task[]): void {
    if (reason === undefined || reason === "anything") {
      if (reason !== undefined) waiter.pool.wakeFirst();
    } else if (!taken.some(({ id }) => id === reason.id)) {
      this.offer(reason, this.#nowMs());
    }
  }

  #offerAgain(offer: WorkOffer, atMs: number): void {
    this.#schedule(offer.id, atMs, (nowMs) => this.offer(offer, nowMs));
  }

  #nowMs(): number {
    return Math.round(this.#deps.clock.now());
  }

  #schedule(key: string, atMs: number, run: (nowMs: number) => void): void {
    if (this.#timetable.set(key, atMs, run)) {
      this.#deps.onScheduled();
    } else {
      this.#unnotedBeforeMs = this.#nowMs() + 1;
      this.#deps.onUnnoted(atMs);
    }
  }
}

/** Not an id that a task can have. */
function keyOf(waiter: WorkWaiter): string {
  return `\u0000${waiter.order}`;
}
