import { AppError } from "../../../error/mod.ts";

/** Nobody in a distributed hash table has answered. */
export class DhtUnansweredError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "DhtUnansweredError";
  /** `dht_unanswered`. */
  readonly code = "dht_unanswered";

  /**
   * Creates the error.
   *
   * @param reason Why the last one did not.
   */
  constructor(readonly reason: string) {
    super(
      `Cannot use distributed hash table as nobody in it has answered: last reason "${reason}"`,
      { hint: "Check that a bootstrap peer runs, and that it takes part in the same table" },
    );
  }
}
