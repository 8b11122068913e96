import { AppError } from "../../error/mod.ts";

/** The list of trusted peers cannot be read or written. */
export class TrustListError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "TrustListError";
  /** `trust_list_unusable`. */
  readonly code = "trust_list_unusable";

  /**
   * Creates the error.
   *
   * @param path The file.
   * @param action Such as `read list of trusted peers`.
   * @param options What is wrong with the file, and the error that showed it.
   */
  constructor(readonly path: string, action: string, options: TrustListErrorOptions) {
    super(`Cannot ${action} as ${options.reason}: path "${path}"`, {
      cause: options.cause,
      hint: "Give this user read and write access to the file and its directory; " +
        "if it is damaged, restore it, or remove it to trust nobody",
    });
  }
}

/** What may be said about an unusable list. */
export interface TrustListErrorOptions {
  /** What is wrong. */
  readonly reason: string;
  /** The error that showed it. */
  readonly cause?: unknown;
}

/** There are too many peers on the list of trusted ones. */
export class TrustListFullError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "TrustListFullError";
  /** `trust_list_full`. */
  readonly code = "trust_list_full";

  /**
   * Creates the error.
   *
   * @param path The list's file.
   * @param maxPeers How many it may hold.
   */
  constructor(readonly path: string, maxPeers: number) {
    super(`Cannot add peer as the list of trusted peers is full: path "${path}"`, {
      hint: `It holds ${maxPeers} peers at most, revoked ones included; ` +
        "remove entries that are not needed any more from the file",
    });
  }
}
