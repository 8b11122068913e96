import type { ClaimCandidate, ClaimTasks } from "../task_store.ts";

/** How many candidates one claim looks at; what is behind them must wait for a later claim. */
export const MAX_CANDIDATES = 1_000;

/** What a claim says about candidates that are for its claimer: running limits, and `mayTake`. */
export class ClaimFilter {
  readonly #claim: Pick<ClaimTasks, "maxRunningByType" | "mayTake">;
  readonly #countRunning: (type: string) => number;
  /** How many more tasks of a type may run. */
  readonly #room = new Map<string, number>();
  #examined = 0;

  /**
   * @param claim The claim.
   * @param countRunning How many tasks of a type run at its beginning; asked for limited types only.
   */
  constructor(
    claim: Pick<ClaimTasks, "maxRunningByType" | "mayTake">,
    countRunning: (type: string) => number,
  ) {
    this.#claim = claim;
    this.#countRunning = countRunning;
  }

  /** Whether the claim has looked at as many candidates as it may. */
  get isExhausted(): boolean {
    return this.#examined >= MAX_CANDIDATES;
  }

  /** Whether no more tasks of this type may run. */
  isFull(type: string): boolean {
    return this.#roomFor(type) <= 0;
  }

  /** Count a candidate that turned out not to be claimable. */
  skip(): void {
    this.#examined++;
  }

  /** Whether the claim gets this candidate. Whoever is told `true` leases it. */
  take(candidate: ClaimCandidate): boolean {
    const { mayTake } = this.#claim;
    if (this.isFull(candidate.type)) return false;
    this.#examined++;
    if (mayTake !== undefined && !mayTake(candidate)) return false;
    this.#room.set(candidate.type, this.#roomFor(candidate.type) - 1);
    return true;
  }

  #roomFor(type: string): number {
    const known = this.#room.get(type);
    if (known !== undefined) return known;
    const limit = this.#claim.maxRunningByType.get(type);
    const room = limit === undefined ? Infinity : limit - this.#countRunning(type);
    this.#room.set(type, room);
    return room;
  }
}
