import type { JsonValue } from "../../codec/mod.ts";

/** What accompanies a {@linkcode ProtocolError}. */
export interface ProtocolErrorOptions {
  /** For programs. @default {undefined} */
  readonly data?: JsonValue | undefined;
  /** What HTTP answers with. @default {200} */
  readonly httpStatus?: number | undefined;
  /** The scope that was missing. @default {undefined} */
  readonly requiredScope?: string | undefined;
  /** The error that led to it. */
  readonly cause?: unknown;
}

/** A request that has no result: it becomes the error of its answer, word for word. */
export class ProtocolError extends Error {
  /** Name of the class. */
  override readonly name = "ProtocolError";
  /** For programs. */
  readonly data: JsonValue | undefined;
  /** What HTTP answers with. */
  readonly httpStatus: number;
  /** The scope that was missing. */
  readonly requiredScope: string | undefined;

  /**
   * Creates the error.
   *
   * @param rpcCode One of `McpErrorCode`.
   * @param message For people; the client sees it.
   * @param options Data and status.
   */
  constructor(readonly rpcCode: number, message: string, options: ProtocolErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.data = options.data;
    this.httpStatus = options.httpStatus ?? 200;
    this.requiredScope = options.requiredScope;
  }
}
