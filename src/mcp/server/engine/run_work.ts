import type { JsonObject } from "../../../codec/mod.ts";
import { CancelReason, type DelayQueue, type TaskGroup } from "../../../concurrency/mod.ts";

/** How work is run. */
export interface RunWorkOptions {
  /** For messages and logs. */
  readonly name: string;
  /** Owns the work; not left before it has ended. */
  readonly group: TaskGroup;
  /** The caller has gone. */
  readonly callerGone: AbortSignal;
  /** Limits how long it may take. @default {undefined} no limit */
  readonly deadlines?: DelayQueue | undefined;
  /** Told how the work can be cancelled, for as long as it runs. */
  readonly onStart?: ((cancel: () => void) => void) | undefined;
}

/** How work ended. */
export type WorkOutcome =
  | { readonly kind: "done"; readonly result: JsonObject }
  | { readonly kind: "failed"; readonly error: unknown }
  | Interruption;

/** Why work ended that was not done. */
type Interruption =
  /** The caller has gone or has cancelled. */
  | { readonly kind: "cancelled" }
  /** Whoever owns the work is ending. */
  | { readonly kind: "stopped" }
  | { readonly kind: "timed_out"; readonly reason: CancelReason };

const CANCELLED: Interruption = { kind: "cancelled" };
const STOPPED: Interruption = { kind: "stopped" };

/**
 * Run the work of one request as a child of a task group, with a signal of its own.
 *
 * @param work The work.
 * @param options Who owns it, and what ends it.
 * @returns How it ended, and not before. Never rejects.
 */
export function runWork(
  work: (signal: AbortSignal) => Promise<JsonObject>,
  options: RunWorkOptions,
): Promise<WorkOutcome> {
  const { promise, resolve } = Promise.withResolvers<WorkOutcome>();
  try {
    options.group.spawn(options.name, async (stopping) => {
      resolve(await runCancellable(work, options, stopping));
    });
  } catch {
    // Only a group that is over refuses a child.
    resolve(STOPPED);
  }
  return promise;
}

async function runCancellable(
  work: (signal: AbortSignal) => Promise<JsonObject>,
  { name, callerGone, deadlines, onStart }: RunWorkOptions,
  stopping: AbortSignal,
): Promise<WorkOutcome> {
  if (callerGone.aborted) return CANCELLED;
  if (stopping.aborted) return STOPPED;
  const controller = new AbortController();
  let interruption: Interruption | undefined;
  const interrupt = (why: Interruption, reason: unknown): void => {
    interruption ??= why;
    controller.abort(reason);
  };
  const cancel = (): void => interrupt(CANCELLED, toReason(name, "explicit"));
  const onStop = (): void => interrupt(STOPPED, stopping.reason);
  callerGone.addEventListener("abort", cancel);
  stopping.addEventListener("abort", onStop);
  const takeBackDeadline = deadlines?.add(() => {
    const reason = toReason(name, "deadline");
    interrupt({ kind: "timed_out", reason }, reason);
  });
  onStart?.(cancel);
  try {
    const result = await work(controller.signal);
    return interruption ?? { kind: "done", result };
  } catch (error) {
    return interruption ?? { kind: "failed", error };
  } finally {
    takeBackDeadline?.();
    callerGone.removeEventListener("abort", cancel);
    stopping.removeEventListener("abort", onStop);
  }
}

function toReason(scope: string, source: "explicit" | "deadline"): CancelReason {
  const detail = source === "explicit" ? "the caller cancelled or hung up" : undefined;
  return new CancelReason(source, { scope, detail });
}
