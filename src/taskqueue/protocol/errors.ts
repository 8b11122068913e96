import { AppError } from "../../error/mod.ts";

/** A request that the protocol does not allow; the code goes into the reply as it is. */
export class InvalidRequestError extends AppError {
  /** The class. */
  override readonly name = "InvalidRequestError";
  /** Such as `invalid_json`, `unknown_op` or `missing_task_id`. */
  readonly code: string;

  /**
   * Make the error.
   *
   * @param code Goes into the reply.
   * @param reason What is wrong, without quoting the request.
   */
  constructor(code: string, reason: string) {
    super(`Cannot answer request as ${reason}`);
    this.code = code;
  }
}
