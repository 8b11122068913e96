import { AppError } from "../../../error/mod.ts";

/** The caller was asked something and cannot or will not answer. */
export class CallerRefusedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "CallerRefusedError";
  /** `caller_refused`. */
  readonly code = "caller_refused";

  /**
   * Creates the error.
   *
   * @param question The method of the question.
   * @param reason Why there is no answer, as a sentence that goes on after "as".
   */
  constructor(readonly question: string, reason: string) {
    super(`Cannot go on as ${reason}: question "${question}"`);
  }
}
