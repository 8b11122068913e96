import { AppError } from "../error/mod.ts";

/** Why a server could not listen. */
export type HttpListenCode =
  | "port_in_use"
  | "port_forbidden"
  | "address_unavailable"
  | "http_listen_failed";

/** The HTTP server could not listen where it was told to. */
export class HttpListenError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "HttpListenError";
  /** `port_in_use`, `port_forbidden`, `address_unavailable` or `http_listen_failed`. */
  readonly code: HttpListenCode;

  /**
   * Creates the error.
   *
   * @param address Host and port.
   * @param options What happened.
   */
  constructor(readonly address: string, options: HttpListenErrorOptions) {
    const { reason, hint, cause } = options;
    super(`Cannot listen as ${reason}: address "${address}"`, { cause, hint });
    this.code = options.code;
  }
}

/** A file of access tokens has lines that say nothing. */
export class TokenFileError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "TokenFileError";
  /** `token_file_invalid`. */
  readonly code = "token_file_invalid";

  /**
   * Creates the error.
   *
   * @param problems What is wrong, one sentence each, beginning with the line. They quote no token.
   */
  constructor(readonly problems: readonly string[]) {
    super(`Cannot read token file as it is malformed: ${problems.join("; ")}`, {
      hint: "Each line is: name token scope,scope",
    });
  }
}

/** What may be said about a failure to listen. */
export interface HttpListenErrorOptions {
  /** The stable code. */
  readonly code: HttpListenCode;
  /** What happened. */
  readonly reason: string;
  /** What to do about it. */
  readonly hint: string;
  /** The error of the platform. */
  readonly cause?: unknown;
}

/**
 * What the platform's error says about a failure to listen.
 *
 * @param error What was thrown.
 * @param address Host and port.
 * @returns The error to throw instead.
 */
export function toListenError(error: unknown, address: string): HttpListenError {
  if (error instanceof Deno.errors.AddrInUse) {
    return new HttpListenError(address, {
      code: "port_in_use",
      reason: "another program listens there",
      hint: "Stop the other program or choose another port; port 0 picks a free one",
      cause: error,
    });
  }
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return new HttpListenError(address, {
      code: "port_forbidden",
      reason: "this program may not",
      hint: "Choose a port from 1024 on, and allow network access",
      cause: error,
    });
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return new HttpListenError(address, {
      code: "address_unavailable",
      reason: "this machine does not have the address",
      hint: "Use 127.0.0.1 for this machine only, or 0.0.0.0 for all of its addresses",
      cause: error,
    });
  }
  return new HttpListenError(address, {
    code: "http_listen_failed",
    reason: "the system refused it",
    hint: "Check host and port",
    cause: error,
  });
}
