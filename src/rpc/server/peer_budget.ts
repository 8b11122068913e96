import { type Clock, TokenBucket } from "../../concurrency/mod.ts";
import type { RpcLimits } from "../limits.ts";

/** What all streams of one peer share. */
export class PeerBudget implements Disposable {
  readonly #limits: RpcLimits;
  readonly #frames: TokenBucket;
  readonly #onUnused: () => void;
  #streams = 0;
  #inFlight = 0;

  constructor(
    limits: RpcLimits,
    options: { readonly clock: Clock; readonly onUnused: () => void },
  ) {
    this.#limits = limits;
    this.#onUnused = options.onUnused;
    const { maxFramesPerSecond: burst } = limits;
    this.#frames = new TokenBucket({ burst, perSecond: burst, clock: options.clock });
  }

  /** Counts one more stream, until the budget is disposed of as often. */
  use(): this {
    this.#streams++;
    return this;
  }

  [Symbol.dispose](): void {
    this.#streams--;
    if (this.#streams === 0) this.#onUnused();
  }

  /** Takes a place for a request, if there is one. */
  tryEnter(): boolean {
    if (this.#inFlight >= this.#limits.maxInFlightPerPeer) return false;
    this.#inFlight++;
    return true;
  }

  /** Gives a place back. */
  leave(): void {
    this.#inFlight--;
  }

  /** Pays for a frame. Returns how long to wait before the next one is read, mostly 0. */
  spendFrame(): number {
    return this.#frames.spend();
  }

  /** Whether it says no more than a new one would. */
  get isFull(): boolean {
    return this.#streams === 0 && this.#frames.isFull;
  }
}

/** The budgets of the peers that have streams, or had some a moment ago. */
export class PeerBudgets {
  readonly #limits: RpcLimits;
  readonly #clock: Clock;
  readonly #budgets = new Map<string, PeerBudget>();

  constructor(limits: RpcLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** The budget of a peer, for one more stream of it. */
  use(peerId: string): PeerBudget {
    let budget = this.#budgets.get(peerId);
    if (budget === undefined) {
      const options = { clock: this.#clock, onUnused: () => this.#prune() };
      budget = new PeerBudget(this.#limits, options);
      this.#budgets.set(peerId, budget);
    }
    return budget.use();
  }

  /** How many peers are known. */
  get size(): number {
    return this.#budgets.size;
  }

  /** A peer that opens a new stream must not get a new budget with it while its own is in use. */
  #prune(): void {
    for (const [peerId, budget] of this.#budgets) {
      if (budget.isFull) this.#budgets.delete(peerId);
    }
  }
}
