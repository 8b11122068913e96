import { compareXorDistance, countDifferingBits, type Digest } from "./digest.ts";
import { type Candidate, Membership } from "./membership.ts";
import { type OwnedTask, TaskMemo } from "./task_memo.ts";

const DEFAULT_GRACE_MS = 500;
const DEFAULT_RECENT_MS = 10_000;
const DEFAULT_MAX_MEMBERS = 1_024;
const MAX_REMEMBERED_TASKS = 4_096;

/** How {@linkcode TaskOwnership} works. */
export interface TaskOwnershipOptions {
  /**
   * How long a task is kept for its owner, from when it could first be claimed. 0 turns ownership
   * off.
   *
   * @default 500
   */
  readonly graceMs?: number | undefined;
  /**
   * How long a peer counts as asking for a type after it did.
   *
   * @default 10_000
   */
  readonly recentMs?: number | undefined;
  /**
   * How many peers are known at most; the one that has not asked for longest makes room.
   *
   * @default 1024
   */
  readonly maxMembers?: number | undefined;
}

/** A task that somebody would claim. */
export interface ClaimCandidate extends OwnedTask {
  /** Since when it can be claimed, in milliseconds since the epoch. */
  readonly readyAtMs: number;
}

/**
 * Which peer a queued task is kept for.
 *
 * Tasks are spread over the peers that recently asked for their type. Each task belongs to the one
 * whose hash is nearest to its own, as {@linkcode selectOwner} has it, with three differences from
 * deployed Python services:
 *
 * - The clock does not take part (its root is that of an empty vector): traffic moves no task, and
 *   a member that comes or goes moves only its own.
 * - Among equally near members the one nearer by XOR wins, not the first: with the order of arrival
 *   the first of eight would own a tenth more than its share.
 * - After a grace period anybody may claim: what belongs to a peer that is gone, busy or slow waits
 *   no longer than that.
 *
 * Peer ids must be authenticated ones: who can choose an id can choose tasks. Nothing here waits or
 * reads a clock; the caller passes times, in milliseconds.
 *
 * @example A task waits for its owner, but not for ever
 * ```ts
 * import { TaskOwnership } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const ownership = new TaskOwnership({ graceMs: 500 });
 * ownership.noteClaim("peer-A", ["shell"], 0);
 * ownership.noteClaim("peer-B", "any", 0);
 * const task = { id: "t1", type: "shell", model: "", readyAtMs: 0 };
 * const owner = ownership.ownerOf(task, 1);
 * const other = owner === "peer-A" ? "peer-B" : "peer-A";
 * assert.equal(ownership.mayClaim(other, task, 1), false);
 * assert.equal(ownership.mayClaim(other, task, 500), true);
 * ```
 */
export class TaskOwnership {
  readonly #graceMs: number;
  readonly #membership: Membership;
  readonly #memo = new TaskMemo(MAX_REMEMBERED_TASKS);

  /**
   * Start without members.
   *
   * @param options Durations and bounds.
   * @throws {RangeError} If a duration is negative or not finite, or `maxMembers` is no positive
   * integer.
   */
  constructor(options: TaskOwnershipOptions = {}) {
    const {
      graceMs = DEFAULT_GRACE_MS,
      recentMs = DEFAULT_RECENT_MS,
      maxMembers = DEFAULT_MAX_MEMBERS,
    } = options;
    if (!(graceMs >= 0 && graceMs < Infinity)) refuse("graceMs", graceMs);
    if (!(recentMs >= 0 && recentMs < Infinity)) refuse("recentMs", recentMs);
    if (!Number.isSafeInteger(maxMembers) || maxMembers < 1) refuse("maxMembers", maxMembers);
    this.#graceMs = graceMs;
    this.#membership = new Membership({ recentMs, maxMembers });
  }

  /**
   * Changes when a peer begins or ceases to ask for a type. That it ceased is noticed by the next
   * call that needs to know.
   */
  get epoch(): number {
    return this.#membership.epoch;
  }

  /**
   * Note that a peer asks for tasks. One that waits for tasks should be noted again within the time
   * that a claim counts.
   *
   * @param peerId The peer's authenticated id.
   * @param types Types that it asks for, or any. Without a type nothing is noted.
   * @param nowMs The time.
   */
  noteClaim(peerId: string, types: readonly string[] | "any", nowMs: number): void {
    this.#membership.note(peerId, types, nowMs);
  }

  /**
   * Drop a peer at once, as when its connection is lost.
   *
   * @param peerId The peer.
   */
  forget(peerId: string): void {
    this.#membership.forget(peerId);
  }

  /**
   * The peers that recently asked for a type.
   *
   * @param type The type.
   * @param nowMs The time.
   * @returns Their ids, sorted.
   */
  members(type: string, nowMs: number): readonly string[] {
    return this.#membership.candidates(type, nowMs).map(({ peerId }) => peerId);
  }

  /**
   * The peers that recently asked for anything.
   *
   * @param nowMs The time.
   * @returns Their ids, sorted.
   */
  peers(nowMs: number): readonly string[] {
    return this.#membership.peerIds(nowMs);
  }

  /**
   * The peer that a task is kept for.
   *
   * @param task The task.
   * @param nowMs The time.
   * @returns Its id; `undefined` if nobody asks for the type.
   */
  ownerOf(task: OwnedTask, nowMs: number): string | undefined {
    const candidates = this.#membership.candidates(task.type, nowMs);
    if (candidates.length < 2) return candidates[0]?.peerId;
    const remembered = this.#memo.recall(task);
    if (remembered.epoch !== this.epoch) {
      remembered.owner = findNearest(remembered.target, candidates)?.peerId;
      remembered.epoch = this.epoch;
    }
    return remembered.owner;
  }

  /**
   * Whether a peer may claim a task now: its owner may, everybody may after the grace period, and
   * anybody may if no other peer asks for the type.
   *
   * @param peerId The peer.
   * @param candidate The task.
   * @param nowMs The time.
   * @returns Whether it may.
   */
  mayClaim(peerId: string, candidate: ClaimCandidate, nowMs: number): boolean {
    if (nowMs >= this.openAtMs(candidate)) return true;
    const owner = this.ownerOf(candidate, nowMs);
    return owner === undefined || owner === peerId;
  }

  /**
   * When anybody may claim a task.
   *
   * @param candidate The task.
   * @returns The end of its grace period, in milliseconds since the epoch.
   */
  openAtMs(candidate: ClaimCandidate): number {
    return candidate.readyAtMs + this.#graceMs;
  }
}

function findNearest(target: Digest, candidates: readonly Candidate[]): Candidate | undefined {
  let nearest: Candidate | undefined;
  let nearestBits = Infinity;
  for (const candidate of candidates) {
    const bits = countDifferingBits(target, candidate.digest);
    if (bits > nearestBits) continue;
    if (bits === nearestBits && nearest !== undefined) {
      if (compareXorDistance(target, [candidate.digest, nearest.digest]) >= 0) continue;
    }
    nearest = candidate;
    nearestBits = bits;
  }
  return nearest;
}

function refuse(option: string, value: number): never {
  throw new RangeError(`Cannot create ownership as ${option} is out of range: "${value}"`);
}
