import { type Digest, digestText } from "./digest.ts";

/** So that a peer cannot fill the memory with type names. */
const MAX_TYPES_PER_MEMBER = 256;
/** How many types' lists are kept ready. */
const MAX_LISTS = 256;

/** How {@linkcode Membership} ages, and how large it grows. */
export interface MembershipOptions {
  /** How long a claim makes a peer a member. */
  readonly recentMs: number;
  /** How many peers are known at most; the one that has not claimed for longest makes room. */
  readonly maxMembers: number;
}

/** A peer that may own tasks of a type. */
export interface Candidate {
  /** Its id. */
  readonly peerId: string;
  /** Hash of its id. */
  readonly digest: Digest;
}

interface Member extends Candidate {
  /** When it last asked for every type. */
  anyMs: number;
  /** When it last asked for a type by name. */
  readonly typesMs: Map<string, number>;
}

/** The members of a type, as long as nothing changes. */
interface MemberList {
  readonly candidates: readonly Candidate[];
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * Which peers recently asked for which types. Only claims make members: a peer that is known but
 * asks for nothing owns nothing.
 */
export class Membership {
  readonly #options: MembershipOptions;
  /** In the order of their last claims. */
  readonly #members = new Map<string, Member>();
  readonly #lists = new Map<string, MemberList>();
  #epoch = 0;

  /**
   * Start without members.
   *
   * @param options Ageing and size.
   */
  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** Grows when a peer begins or ceases to be a member for a type. */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * Note that a peer asks for tasks.
   *
   * @param peerId The peer.
   * @param types Types that it asks for, or any. Without a type nothing is noted.
   * @param nowMs When.
   */
  note(peerId: string, types: readonly string[] | "any", nowMs: number): void {
    if (types.length === 0) return;
    const member = this.#takeOut(peerId);
    if (types === "any") {
      if (!this.#isRecent(member.anyMs, nowMs)) this.#change();
      member.anyMs = nowMs;
    } else {
      for (const type of types) this.#noteType(member, type, nowMs);
    }
    this.#members.set(peerId, member);
  }

  /**
   * Drop a peer at once.
   *
   * @param peerId The peer.
   */
  forget(peerId: string): void {
    if (this.#members.delete(peerId)) this.#change();
  }

  /**
   * The members of one type.
   *
   * @param type The type.
   * @param nowMs The time.
   * @returns Them, sorted by id.
   */
  candidates(type: string, nowMs: number): readonly Candidate[] {
    const list = this.#lists.get(type);
    if (list !== undefined && nowMs >= list.fromMs && nowMs <= list.untilMs) return list.candidates;
    const fresh = this.#list(type, nowMs);
    if (list !== undefined && !hasSameMembers(list, fresh)) this.#change();
    // A list that is gone cannot tell that somebody left it.
    if (this.#lists.size >= MAX_LISTS) this.#change();
    this.#lists.set(type, fresh);
    return fresh.candidates;
  }

  /**
   * The members of any type.
   *
   * @param nowMs The time.
   * @returns Their ids, sorted.
   */
  peerIds(nowMs: number): readonly string[] {
    const recent = [...this.#members.values()].filter((member) => this.#isAlive(member, nowMs));
    return recent.map(({ peerId }) => peerId).sort();
  }

  /** The member with this id, or a new one, to be put back behind all others. */
  #takeOut(peerId: string): Member {
    const known = this.#members.get(peerId);
    if (known !== undefined) {
      this.#members.delete(peerId);
      return known;
    }
    const [oldest] = this.#members.keys();
    if (oldest !== undefined && this.#members.size >= this.#options.maxMembers) this.forget(oldest);
    return { peerId, digest: digestText(peerId), anyMs: -Infinity, typesMs: new Map() };
  }

  #noteType(member: Member, type: string, nowMs: number): void {
    const { typesMs } = member;
    const seenMs = typesMs.get(type);
    if (seenMs === undefined && typesMs.size >= MAX_TYPES_PER_MEMBER) {
      for (const [other, otherMs] of typesMs) {
        if (!this.#isRecent(otherMs, nowMs)) typesMs.delete(other);
      }
      if (typesMs.size >= MAX_TYPES_PER_MEMBER) return;
    }
    if (!this.#isRecent(seenMs ?? -Infinity, nowMs)) this.#change();
    typesMs.set(type, nowMs);
  }

  /** Lists the members of a type, and drops those that are members of none any more. */
  #list(type: string, nowMs: number): MemberList {
    const candidates: Candidate[] = [];
    let untilMs = Infinity;
    for (const member of this.#members.values()) {
      const seenMs = [member.anyMs, member.typesMs.get(type) ?? -Infinity]
        .filter((timeMs) => this.#isRecent(timeMs, nowMs));
      if (seenMs.length > 0) {
        candidates.push(member);
        untilMs = Math.min(untilMs, Math.max(...seenMs) + this.#options.recentMs);
      } else if (!this.#isAlive(member, nowMs)) {
        this.#members.delete(member.peerId);
      }
    }
    candidates.sort((a, b) => a.peerId < b.peerId ? -1 : 1);
    return { candidates, fromMs: nowMs, untilMs };
  }

  #isAlive(member: Member, nowMs: number): boolean {
    if (this.#isRecent(member.anyMs, nowMs)) return true;
    for (const seenMs of member.typesMs.values()) if (this.#isRecent(seenMs, nowMs)) return true;
    return false;
  }

  // In both directions: after a clock was set back, nobody is a member for hours.
  #isRecent(seenMs: number, nowMs: number): boolean {
    return Math.abs(nowMs - seenMs) <= this.#options.recentMs;
  }

  #change(): void {
    this.#epoch++;
    this.#lists.clear();
  }
}

function hasSameMembers(a: MemberList, b: MemberList): boolean {
  return a.candidates.length === b.candidates.length &&
    a.candidates.every(({ peerId }, index) => peerId === b.candidates[index]?.peerId);
}
