import { AppError } from "../error/mod.ts";

/** The command line is wrong. */
export class UsageError extends AppError {
  override readonly name = "UsageError";
  /** `usage`. */
  readonly code = "usage";
}
