import { AppError } from "../error/mod.ts";

/** Who asked for a cancellation. */
export type CancelSource = "deadline" | "explicit" | "sibling" | "parent" | "shutdown";

/** What a {@linkcode CancelReason} is made of, besides its source. */
export interface CancelReasonOptions {
  /** Name of the scope that was cancelled. */
  readonly scope: string;
  /** More about the why, as one short text. */
  readonly detail?: string | undefined;
  /** The error that led to it, such as the failure of a sibling. */
  readonly cause?: unknown;
}

const BECAUSE: Readonly<Record<CancelSource, string>> = {
  deadline: "its deadline has passed",
  explicit: "it was cancelled",
  sibling: "a sibling failed",
  parent: "the work around it was cancelled",
  shutdown: "the program is shutting down",
};

/**
 * Why work was stopped: the `reason` of the signal of a cancelled scope.
 *
 * It is thrown to unwind interrupted work and is not a failure: the scope that made it recognises
 * it by identity and ends it there.
 *
 * @example Say why everything stops
 * ```ts
 * import { CancelReason } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const controller = new AbortController();
 * controller.abort(new CancelReason("shutdown", { scope: "server", detail: "SIGTERM" }));
 * assert.equal(controller.signal.reason.code, "cancelled");
 * ```
 */
export class CancelReason extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "CancelReason";
  /** `deadline_exceeded` if the source is a deadline, else `cancelled`. */
  readonly code: "cancelled" | "deadline_exceeded";
  /** Who asked for it: a deadline, `cancel()`, a failed sibling, the work around, or the shutdown. */
  readonly source: CancelSource;
  /** Name of the scope that was cancelled. */
  readonly scope: string;
  /** More about the why, if anyone said. */
  readonly detail: string | undefined;

  /**
   * Creates a reason; abort a controller with it to cancel.
   *
   * @param source Who asked for it.
   * @param options The scope, and more about the why.
   */
  constructor(source: CancelSource, options: CancelReasonOptions) {
    const { scope, detail, cause } = options;
    const more = detail === undefined ? "" : `, ${detail}`;
    super(`Cannot go on as ${BECAUSE[source]}: scope "${scope}"${more}`, { cause });
    this.code = source === "deadline" ? "deadline_exceeded" : "cancelled";
    this.source = source;
    this.scope = scope;
    this.detail = detail;
  }
}
