import type { PeerBudget } from "./peer_budget.ts";
import type { DirectCall } from "./direct_call.ts";

/** A request that waits for its answer. */
export interface InFlightRequest {
  /** Set if a directly answered tool works on it. */
  readonly call?: DirectCall | undefined;
  /** Whether it is an `initialize`. */
  readonly isInitialize: boolean;
}

/** The requests of one stream that wait for their answers. */
export class InFlight {
  readonly #budget: PeerBudget;
  readonly #maxRequests: number;
  readonly #requests = new Map<unknown, InFlightRequest>();
  #empty: PromiseWithResolvers<void> | undefined;

  constructor(budget: PeerBudget, maxRequests: number) {
    this.#budget = budget;
    this.#maxRequests = maxRequests;
  }

  /** How many there are. */
  get size(): number {
    return this.#requests.size;
  }

  /** The request with an id. */
  get(id: unknown): InFlightRequest | undefined {
    return this.#requests.get(id);
  }

  /** Adds a request, if there is a place for it. The id must be free. */
  tryAdd(id: unknown, request: InFlightRequest): boolean {
    if (this.#requests.size >= this.#maxRequests || !this.#budget.tryEnter()) return false;
    this.#requests.set(id, request);
    return true;
  }

  /** Frees the place of a request, if it has one. */
  remove(id: unknown): void {
    if (!this.#requests.delete(id)) return;
    this.#budget.leave();
    if (this.#requests.size === 0) this.#empty?.resolve();
  }

  /** Stops all work of directly answered tools, and frees all other places. */
  cancelAll(reason: unknown): void {
    for (const [id, { call }] of [...this.#requests]) {
      if (call === undefined) this.remove(id);
      else call.cancel(reason);
    }
  }

  /** Waits until there are none. */
  async whenEmpty(): Promise<void> {
    while (this.#requests.size > 0) {
      this.#empty = Promise.withResolvers();
      await this.#empty.promise;
    }
  }
}
