import { AppError } from "../../error/mod.ts";

/** The authorizer does not let the caller in. */
export class UnauthorizedError extends AppError {
  override readonly name = "UnauthorizedError";
  readonly code = "unauthorized";
}
