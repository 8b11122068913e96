import { AppError } from "../../error/mod.ts";

/** Peers have begun to send more than this node holds of unfinished messages. */
export class TooMuchUnfinishedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "TooMuchUnfinishedError";
  /** `too_much_unfinished`. */
  readonly code = "too_much_unfinished";

  /**
   * Creates the error.
   *
   * @param peerId The peer whose message is not taken.
   */
  constructor(readonly peerId: string) {
    super(`Cannot take message as too many others have begun and not ended: peer "${peerId}"`);
  }
}
