import type { JsonObject } from "../../../codec/mod.ts";
import type { CancelReason } from "../../../concurrency/mod.ts";
import type { RequestCall } from "./request_call.ts";
import type { ServerModel } from "./server_model.ts";

/** A method of MCP: where it exists, and what it does. */
export type Method = QuickMethod | WorkMethod;

/** What all methods have. */
interface MethodBase {
  /** In which eras there is such a method. */
  readonly eras: "both" | "modern" | "legacy";
  /** Whether it makes sense only in a session of the legacy era. @default {false} */
  readonly needsSession?: boolean;
  /** Whether a server has it. @default {true} */
  isServed?(server: ServerModel): boolean;
  /** How long clients may keep the result, in the modern era. @default {undefined} not at all */
  readonly cache?: CacheHint;
}

/** One that is answered at once. */
export interface QuickMethod extends MethodBase {
  /**
   * The result.
   *
   * @throws {ProtocolError} If there is none.
   */
  answer(call: RequestCall): JsonObject;
}

/** One that takes time: it runs in a task group of its own. */
export interface WorkMethod extends MethodBase {
  /** Whether it ends only with its caller: then it has no deadline. @default {false} */
  readonly isEndless?: boolean;
  /**
   * Work out the result.
   *
   * @throws {ProtocolError} If there is none.
   */
  work(call: RequestCall, signal: AbortSignal): Promise<JsonObject>;
  /** The result of work that took too long. @default an error */
  toTimeoutResult?(call: RequestCall, reason: CancelReason): JsonObject;
}

/** How long a result stays true, and for whom. */
export interface CacheHint {
  /** In milliseconds. */
  readonly ttlMs: number;
  /** `public` if everybody gets the same. */
  readonly cacheScope: "public" | "private";
}

/** What changes only with a restart, or is announced. */
export const STABLE: CacheHint = Object.freeze({ ttlMs: 60_000, cacheScope: "public" });

/** What may change at any time, and with the caller. */
export const FLEETING: CacheHint = Object.freeze({ ttlMs: 0, cacheScope: "private" });
