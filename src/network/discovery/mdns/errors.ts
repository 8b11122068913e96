import { AppError } from "../../../error/mod.ts";

/** Multicast DNS cannot be used now. */
export class MdnsUnavailableError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "MdnsUnavailableError";
  /** `mdns_unavailable`. */
  readonly code = "mdns_unavailable";

  /**
   * Creates the error.
   *
   * @param reason What is missing, for the message.
   * @param cause The error that showed it.
   */
  constructor(readonly reason: string, cause?: unknown) {
    super(`Cannot use multicast DNS as ${reason}`, { cause });
  }
}
