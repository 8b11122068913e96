import type { RequestId } from "../../protocol/message.ts";

/** Enough for any client that means well, and few enough to look through. */
const MAX_RUNNING = 1024;

/** A request that has no answer yet. */
export interface RunningRequest {
  /** As its sender has named it. */
  readonly id: RequestId;
  /** Whether its sender wants no answer any more. */
  isCancelled: boolean;
  /** Ends its work, once that has begun. */
  cancel: (() => void) | undefined;
}

/**
 * The requests of one session that have no answer yet.
 *
 * A list, as there are few at a time. A map would replace its table again and again, and a dead table
 * that has grown old keeps all that came after it until the next full garbage collection.
 */
export class RunningRequests {
  readonly #running: RunningRequest[] = [];

  /** How many there are. */
  get size(): number {
    return this.#running.length;
  }

  /** Whether there is no room for another. */
  get isFull(): boolean {
    return this.#running.length >= MAX_RUNNING;
  }

  /** Whether there is one with this id. */
  has(id: RequestId): boolean {
    return this.#running.some((running) => running.id === id);
  }

  /** Take up a request; there is none with its id. */
  add(id: RequestId): RunningRequest {
    const running: RunningRequest = { id, isCancelled: false, cancel: undefined };
    this.#running.push(running);
    return running;
  }

  /** Forget a request. */
  remove(running: RunningRequest): void {
    const index = this.#running.indexOf(running);
    const last = this.#running.pop();
    if (last !== undefined && last !== running) this.#running[index] = last;
  }

  /** Cancel a request, if there is one with this id. */
  cancel(id: unknown): void {
    const running = this.#running.find((candidate) => candidate.id === id);
    if (running === undefined) return;
    running.isCancelled = true;
    running.cancel?.();
  }
}
