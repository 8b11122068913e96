import { AsyncLocalStorage } from "node:async_hooks";

/** A piece of running work with a name and a cancel signal, such as a task group. */
export interface Scope {
  /** For messages and logs. */
  readonly name: string;
  /** Aborts when the work is to stop. */
  readonly signal: AbortSignal;
  /** The scope in which this one was opened, if any. */
  readonly parent?: Scope | undefined;
}

const storage = new AsyncLocalStorage<Scope>();

/**
 * The innermost scope that the calling code runs in: a task group, `failAfter`, `moveOnAfter` or
 * `shield`. It is for logs and assertions. Cancellation itself is passed by hand, as a signal.
 *
 * @returns The scope, or `undefined` outside of all of them.
 *
 * @example Name the work in a message
 * ```ts
 * import { currentScope, runTaskGroup } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(currentScope(), undefined);
 * await runTaskGroup(() => assert.equal(currentScope()?.name, "import"), { name: "import" });
 * ```
 */
export function currentScope(): Scope | undefined {
  return storage.getStore();
}

/**
 * The innermost scope, for code that must not run outside of one.
 *
 * @returns The scope.
 * @throws {TypeError} If the calling code runs in no scope.
 *
 * @example Refuse to run unsupervised
 * ```ts
 * import { requireScope, runTaskGroup } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * assert.throws(() => requireScope(), TypeError);
 * await runTaskGroup(() => assert.equal(requireScope().name, "import"), { name: "import" });
 * ```
 */
export function requireScope(): Scope {
  const scope = storage.getStore();
  if (scope === undefined) {
    throw new TypeError("Cannot get scope as the code does not run in a task group");
  }
  return scope;
}

/**
 * Makes a scope the current one for a function and for all that it awaits.
 *
 * @param scope The scope.
 * @param fn What to call.
 * @returns What `fn` returns.
 */
export function withScope<T>(scope: Scope, fn: () => T): T {
  return storage.run(scope, fn);
}
