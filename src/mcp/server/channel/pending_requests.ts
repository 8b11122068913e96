import { CancelReason } from "../../../concurrency/mod.ts";
import type { JsonRpcRequest, RequestId } from "../../protocol/message.ts";

/** This one is answered when it ends, and goes on until somebody ends it. */
const LISTEN = "subscriptions/listen";

interface Pending {
  readonly isSubscription: boolean;
  readonly controller: AbortController;
}

/** The requests of a client that have no answer yet. */
export class PendingRequests {
  readonly #byId = new Map<RequestId, Pending>();
  #subscriptions = 0;

  /** Whether a subscription is among them. */
  get hasSubscriptions(): boolean {
    return this.#subscriptions > 0;
  }

  /** Whether there is one with this id. */
  has(id: RequestId): boolean {
    return this.#byId.has(id);
  }

  /**
   * Adds a request, whose id must be free.
   *
   * @returns Aborted when the request is cancelled.
   */
  add({ id, method }: JsonRpcRequest): AbortSignal {
    const controller = new AbortController();
    const isSubscription = method === LISTEN;
    if (isSubscription) this.#subscriptions++;
    this.#byId.set(id, { isSubscription, controller });
    return controller.signal;
  }

  /** Removes a request. Its id is free then. */
  remove(id: RequestId): void {
    if (this.#byId.get(id)?.isSubscription) this.#subscriptions--;
    this.#byId.delete(id);
  }

  /** Stops the work on a request, if there is such. */
  cancel(id: RequestId, detail: string): void {
    const scope = `request ${id}`;
    this.#byId.get(id)?.controller.abort(new CancelReason("explicit", { scope, detail }));
  }

  /** Stops all work. */
  cancelAll(reason: unknown): void {
    for (const { controller } of this.#byId.values()) controller.abort(reason);
  }

  /** Stops what would go on for ever. */
  cancelSubscriptions(detail: string): void {
    for (const [id, { isSubscription }] of [...this.#byId]) {
      if (isSubscription) this.cancel(id, detail);
    }
  }
}
