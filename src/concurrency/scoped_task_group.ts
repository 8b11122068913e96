import { toErrorMessage } from "../error/mod.ts";
import { CancelReason } from "./cancel_reason.ts";
import type { CancelScope } from "./cancel_scope.ts";
import { TaskGroupEndedError } from "./errors.ts";
import { withScope } from "./scope.ts";
import { StartHandshake } from "./start_handshake.ts";
import type { TaskGroup, TaskGroupStatistics } from "./task_group.ts";
import { type ChildFailure, TaskGroupError } from "./task_group_error.ts";

/** A task group on a cancel scope that someone else opens and closes. */
export class ScopedTaskGroup implements TaskGroup {
  readonly #scope: CancelScope;
  readonly #children = new Set<Promise<void>>();
  readonly #failures: ChildFailure[] = [];
  readonly #seenErrors = new Set<unknown>();
  #spawned = 0;
  #ended = false;

  constructor(scope: CancelScope) {
    this.#scope = scope;
  }

  get name(): string {
    return this.#scope.name;
  }

  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  /**
   * Runs the body, waits for all children, and tells how it went. To be called once.
   *
   * @param body The work, which adds children.
   * @returns What the body returned.
   * @throws {TaskGroupError} If anything failed, else the reason if the group was cut short.
   */
  async run<T>(body: (group: TaskGroup, signal: AbortSignal) => Promise<T> | T): Promise<T> {
    let result: { readonly value: T } | undefined;
    await this.#guard("body", async () => {
      result = { value: await body(this, this.signal) };
    });
    // A child may add children, so one round need not be the last.
    while (this.#children.size > 0) await Promise.all(this.#children);
    this.#ended = true;

    const [first, ...others] = this.#failures;
    if (first !== undefined) throw new TaskGroupError(this.name, [first, ...others]);
    const mustThrow = this.#scope.cancelledFromOutside || this.#scope.timedOut;
    if (mustThrow || result === undefined) throw this.#scope.reason;
    return result.value;
  }

  spawn(name: string, fn: (signal: AbortSignal) => Promise<void> | void): void {
    if (this.#ended) throw new TaskGroupEndedError(this.name, name);
    this.#spawned++;
    const child = this.#runChild(name, fn).finally(() => this.#children.delete(child));
    this.#children.add(child);
  }

  start<T>(
    name: string,
    fn: (started: (value: T) => void, signal: AbortSignal) => Promise<void>,
  ): Promise<T> {
    const handshake = new StartHandshake<T>(name, this.#scope);
    try {
      this.spawn(name, (signal) => handshake.run(fn, signal));
    } catch (error) {
      return Promise.reject(error);
    }
    return handshake.promise;
  }

  cancel(detail?: string): void {
    this.#scope.cancel(new CancelReason("explicit", { scope: this.name, detail }));
  }

  statistics(): TaskGroupStatistics {
    return Object.freeze({
      running: this.#children.size,
      spawned: this.#spawned,
      cancelled: this.signal.aborted,
    });
  }

  async #runChild(name: string, fn: (signal: AbortSignal) => Promise<void> | void): Promise<void> {
    await Promise.resolve();
    await this.#guard(name, () => fn(this.signal));
  }

  /** Runs body or child in the group's scope. Never rejects: what it throws, the group keeps. */
  async #guard(name: string, fn: () => Promise<void> | void): Promise<void> {
    try {
      await withScope(this.#scope, fn);
    } catch (error) {
      if (!this.#scope.isCancellation(error)) this.#fail({ child: name, error });
    }
  }

  #fail(failure: ChildFailure): void {
    const { child, error } = failure;
    // Two children that wait for one promise both throw its error: still one failure.
    if (error instanceof Error && this.#seenErrors.has(error)) return;
    this.#seenErrors.add(error);
    this.#failures.push(failure);
    if (this.signal.aborted) return;
    const detail = `child "${child}", ${toErrorMessage(error)}`;
    this.#scope.cancel(new CancelReason("sibling", { scope: this.name, detail, cause: error }));
  }
}
