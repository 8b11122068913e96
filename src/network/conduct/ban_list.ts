import type { Clock } from "../../concurrency/mod.ts";

/** At this score somebody is banned. */
const BAN_SCORE = 100;
/** After this time an offence counts for half as much. */
const HALF_LIFE_MS = 300_000;
const FIRST_BAN_MS = 60_000;
const LONGEST_BAN_MS = 3_600_000;
/** Who was good for so long after a ban starts anew with short ones. */
const FORGIVE_AFTER_MS = 3_600_000;
const MAX_ENTRIES = 4096;

/** A ban that has just begun. */
export interface Ban {
  /** How long it lasts, in milliseconds. */
  readonly durationMs: number;
  /** How many there have been, this one among them. */
  readonly count: number;
}

interface Entry {
  score: number;
  scoredMs: number;
  bans: number;
  bannedUntilMs: number;
}

/**
 * Who has misbehaved, and who is banned for it. Offences fade with time, so that only who commits many
 * within some minutes is banned; each ban is twice as long as the one before, up to an hour.
 */
export class BanList {
  readonly #clock: Clock;
  readonly #maxEntries: number;
  // Who has offended last is last.
  readonly #entries = new Map<string, Entry>();

  /**
   * Starts with nobody on it.
   *
   * @param clock Whose time it is.
   * @param maxEntries How many are remembered at most; who is not banned is forgotten first.
   */
  constructor(clock: Clock, maxEntries = MAX_ENTRIES) {
    this.#clock = clock;
    this.#maxEntries = maxEntries;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /** Whether somebody is banned at this moment. */
  isBanned(key: string): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.bannedUntilMs > this.#clock.monotonicMs();
  }

  /**
   * Somebody has misbehaved.
   *
   * @param key Who.
   * @param weight How bad it was; 100 is reason enough for a ban.
   * @returns The ban, if this has led to one.
   */
  note(key: string, weight: number): Ban | undefined {
    const nowMs = this.#clock.monotonicMs();
    const entry = this.#renew(key, nowMs);
    // What is still under way when a ban begins does not lengthen it.
    if (entry.bannedUntilMs > nowMs) return undefined;
    entry.score = fade(entry, nowMs) + weight;
    entry.scoredMs = nowMs;
    if (entry.score < BAN_SCORE) return undefined;
    const durationMs = Math.min(LONGEST_BAN_MS, FIRST_BAN_MS * 2 ** entry.bans);
    entry.score = 0;
    entry.bans++;
    entry.bannedUntilMs = nowMs + durationMs;
    return { durationMs, count: entry.bans };
  }

  #renew(key: string, nowMs: number): Entry {
    const entry = this.#entries.get(key) ??
      { score: 0, scoredMs: nowMs, bans: 0, bannedUntilMs: -Infinity };
    if (nowMs - entry.bannedUntilMs >= FORGIVE_AFTER_MS) entry.bans = 0;
    this.#entries.delete(key);
    if (this.#entries.size >= this.#maxEntries) this.#dropOne(nowMs);
    this.#entries.set(key, entry);
    return entry;
  }

  #dropOne(nowMs: number): void {
    let victim: string | undefined;
    for (const [key, { bannedUntilMs }] of this.#entries) {
      victim ??= key;
      if (bannedUntilMs > nowMs) continue;
      victim = key;
      break;
    }
    if (victim !== undefined) this.#entries.delete(victim);
  }
}

function fade({ score, scoredMs }: Entry, nowMs: number): number {
  return score * 0.5 ** ((nowMs - scoredMs) / HALF_LIFE_MS);
}
