import type { JsonRpcRequest, RequestId } from "../protocol/message.ts";

interface OpenRequest {
  readonly request: JsonRpcRequest;
  hasBeenTriedAgain: boolean;
}

/** Requests of a client that have no answer yet. */
export class OpenRequests {
  readonly #byId = new Map<RequestId, OpenRequest>();
  #answered: PromiseWithResolvers<void> | undefined;

  /** How many there are. */
  get size(): number {
    return this.#byId.size;
  }

  /** The request with an id. */
  get(id: RequestId): JsonRpcRequest | undefined {
    return this.#byId.get(id)?.request;
  }

  /** Adds a request, whose id must be free. */
  add(request: JsonRpcRequest): void {
    this.#byId.set(request.id, { request, hasBeenTriedAgain: false });
  }

  /** Whether a request may be sent once more, which is so once. */
  tryAgain(id: RequestId): boolean {
    const open = this.#byId.get(id);
    if (open === undefined || open.hasBeenTriedAgain) return false;
    open.hasBeenTriedAgain = true;
    return true;
  }

  /** Removes a request, if it is there. */
  remove(id: RequestId): void {
    this.#byId.delete(id);
    if (this.#isAnswered) this.#answered?.resolve();
  }

  /** Waits until there are none but subscriptions, which go on for ever. */
  async whenAnswered(): Promise<void> {
    while (!this.#isAnswered) {
      this.#answered = Promise.withResolvers();
      await this.#answered.promise;
    }
  }

  get #isAnswered(): boolean {
    for (const { request } of this.#byId.values()) {
      if (request.method !== "subscriptions/listen") return false;
    }
    return true;
  }
}
