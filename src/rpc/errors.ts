import { AppError } from "../error/mod.ts";

/** The peer does not speak the protocol, or speaks something else under its name. */
export class RpcUnsupportedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "RpcUnsupportedError";
  /** `rpc_unsupported`. */
  readonly code = "rpc_unsupported";

  /**
   * Creates the error.
   *
   * @param peer Its id or address.
   * @param reason What it does instead.
   * @param cause The error that showed it.
   */
  constructor(readonly peer: string, reason: string, cause?: unknown) {
    super(`Cannot call peer as ${reason}: peer "${peer}"`, { cause });
  }
}

/** The peer answered with a JSON-RPC error. */
export class RpcRefusedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "RpcRefusedError";
  /** `rpc_refused`. */
  readonly code = "rpc_refused";
  /** The number of JSON-RPC. */
  readonly rpcCode: number;
  /** The peer's own stable code, such as `unknown_tool`. */
  readonly remoteCode: string;

  /**
   * Creates the error.
   *
   * @param peer The peer.
   * @param answer What it said.
   */
  constructor(readonly peer: string, answer: RpcRefusal) {
    super(`Cannot call peer as it refuses, "${answer.message}": peer "${peer}"`);
    this.rpcCode = answer.rpcCode;
    this.remoteCode = answer.remoteCode;
  }
}

/** A JSON-RPC error. */
export interface RpcRefusal {
  /** Its number. */
  readonly rpcCode: number;
  /** `data.code`, or else the text. */
  readonly remoteCode: string;
  /** Its text. */
  readonly message: string;
}

/** The stream ended without an answer. */
export class RpcClosedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "RpcClosedError";
  /** `rpc_closed`. */
  readonly code = "rpc_closed";
  /** Whether the peer may have got the request. If not, the call has certainly had no effect. */
  readonly isSent: boolean;

  /**
   * Creates the error.
   *
   * @param peer The peer.
   * @param options What happened.
   */
  constructor(readonly peer: string, options: RpcClosedErrorOptions) {
    super(`Cannot get answer as ${options.reason}: peer "${peer}"`, { cause: options.cause });
    this.isSent = options.isSent;
  }
}

/** What may be said about the end of a stream. */
export interface RpcClosedErrorOptions {
  /** What happened. */
  readonly reason: string;
  /** Whether the peer may have got the request. */
  readonly isSent: boolean;
  /** The error that showed it. */
  readonly cause?: unknown;
}

/** The peer has not answered in time. */
export class RpcTimeoutError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "RpcTimeoutError";
  /** `rpc_timeout`. */
  readonly code = "rpc_timeout";

  /**
   * Creates the error.
   *
   * @param peer The peer.
   * @param limitMs How long it had.
   */
  constructor(readonly peer: string, readonly limitMs: number) {
    super(`Cannot get answer as the peer took longer than ${limitMs} ms: peer "${peer}"`);
  }
}

/** The other side sent something that is not a message in a frame. */
export class MalformedMessageError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "MalformedMessageError";
  /** `invalid_message`. */
  readonly code = "invalid_message";

  /**
   * Creates the error.
   *
   * @param reason What is wrong with it.
   */
  constructor(reason: string) {
    super(`Cannot read message as ${reason}`);
  }
}

/** The other side is too slow. */
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

/** This side ended the stream. */
export class StreamAbandonedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "StreamAbandonedError";
  /** `stream_abandoned`. */
  readonly code = "stream_abandoned";

  /**
   * Creates the error.
   *
   * @param reason Why.
   */
  constructor(reason = "its reader no longer waits for the answers") {
    super(`Cannot go on with stream as ${reason}`);
  }
}
