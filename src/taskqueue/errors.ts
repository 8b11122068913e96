import { AppError, type AppErrorOptions } from "../error/mod.ts";

/** What the queue was asked for makes no sense, whatever the state of its tasks. */
export class InvalidTaskError extends AppError {
  /** The class. */
  override readonly name = "InvalidTaskError";
  /** `invalid_task`. */
  readonly code = "invalid_task";

  /**
   * Make the error.
   *
   * @param action What was asked for, as in `submit task`.
   * @param reason What is wrong, with the value.
   */
  constructor(action: string, reason: string) {
    super(`Cannot ${action} as ${reason}`);
  }
}

/** Too many callers wait for tasks or for work already. Try again later. */
export class TooManyWaitersError extends AppError {
  /** The class. */
  override readonly name = "TooManyWaitersError";
  /** `too_many_waiters`. */
  readonly code = "too_many_waiters";

  /**
   * Make the error.
   *
   * @param maxWaiters How many may wait.
   */
  constructor(readonly maxWaiters: number) {
    super(`Cannot wait as too many callers wait already: limit ${maxWaiters}`);
  }
}

/**
 * A peer's answer that something cannot be done. It is no {@linkcode AppError}: its code and text are
 * the peer's, and not to be relied upon.
 */
export class RemoteError extends Error {
  /** The class. */
  override readonly name = "RemoteError";
  /** The peer's error code, such as `unauthorized` or `unknown_op`. */
  readonly code: string;
  /** The operation that was asked for. */
  readonly op: string;
  /** The peer that answered. */
  readonly peerId: string;
  /** The peer's own words; empty if it gave none. */
  readonly remoteMessage: string;

  /**
   * Make the error.
   *
   * @param options The answer.
   */
  constructor(options: RemoteErrorOptions) {
    const { code, op, peerId, remoteMessage = "" } = options;
    const words = remoteMessage === "" ? "" : `, message "${remoteMessage}"`;
    super(`Cannot ${op} as the peer refused: peer "${peerId}", error "${code}"${words}`);
    this.code = code;
    this.op = op;
    this.peerId = peerId;
    this.remoteMessage = remoteMessage;
  }
}

/** The parts of a {@linkcode RemoteError}. */
export interface RemoteErrorOptions {
  /** The peer's error code. */
  readonly code: string;
  /** The operation. */
  readonly op: string;
  /** The peer. */
  readonly peerId: string;
  /** The peer's own words. @default {""} */
  readonly remoteMessage?: string | undefined;
}

/** A peer did not keep to the protocol: it hung up without an answer, or the answer makes no sense. */
export class PeerProtocolError extends AppError {
  /** The class. */
  override readonly name = "PeerProtocolError";
  /** `peer_protocol_error`. */
  readonly code = "peer_protocol_error";

  /** In which way. */
  readonly violation: PeerViolation;

  /**
   * Make the error.
   *
   * @param violation In which way.
   * @param options The operation, the peer, and the cause.
   */
  constructor(violation: PeerViolation, options: PeerErrorOptions) {
    super(`Cannot ${options.op} as ${VIOLATIONS[violation]}: peer "${options.peerId}"`, options);
    this.violation = violation;
  }
}

/** How a peer can fail to keep to the protocol. */
export type PeerViolation = "closed" | "invalid_reply" | "reply_too_large";

const VIOLATIONS: Readonly<Record<PeerViolation, string>> = {
  closed: "the peer hung up without an answer",
  "invalid_reply": "the peer's answer makes no sense",
  "reply_too_large": "the peer's answer is too long",
};

/** A peer did not answer in time. Whether it did what it was asked for is not known. */
export class PeerTimeoutError extends AppError {
  /** The class. */
  override readonly name = "PeerTimeoutError";
  /** `peer_timeout`. */
  readonly code = "peer_timeout";

  /**
   * Make the error.
   *
   * @param timeoutMs How long was waited.
   * @param options The operation, the peer, and the cause.
   */
  constructor(readonly timeoutMs: number, options: PeerErrorOptions) {
    super(
      `Cannot ${options.op} as the peer did not answer within ${timeoutMs} ms: peer "${options.peerId}"`,
      options,
    );
  }
}

/** What was asked of whom. */
export interface PeerErrorOptions extends AppErrorOptions {
  /** The operation. */
  readonly op: string;
  /** The peer's id, or its address while the id is not known. */
  readonly peerId: string;
}
