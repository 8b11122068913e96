import { AppError } from "../../error/mod.ts";

/** The other side sent something that is not a JSON-RPC message in a frame. */
export class MalformedMessageError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "MalformedMessageError";
  /** `malformed_message`. */
  readonly code = "malformed_message";

  /**
   * Creates the error.
   *
   * @param reason What is wrong with it.
   * @param cause The error that showed it.
   */
  constructor(reason: string, cause?: unknown) {
    super(`Cannot read MCP message as ${reason}`, { cause });
  }
}

/** The other side is too slow or too quiet. */
export class StreamTimeoutError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "StreamTimeoutError";
  /** `stream_timeout`. */
  readonly code = "stream_timeout";

  /**
   * Creates the error.
   *
   * @param action What took too long.
   * @param limitMs How long it may take.
   */
  constructor(action: string, limitMs: number) {
    super(`Cannot go on with stream as ${action} took longer than ${limitMs} ms`);
  }
}

/** This side ended the stream while answers were due. */
export class StreamAbandonedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "StreamAbandonedError";
  /** `stream_abandoned`. */
  readonly code = "stream_abandoned";

  /** Creates the error, for a stream that is reset so that the other side stops its work. */
  constructor() {
    super("Cannot go on with stream as its reader no longer waits for the answers");
  }
}
