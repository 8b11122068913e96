import { AppError } from "../../error/mod.ts";

/** The authorizer does not let the caller in, or not to do this. */
export class RefusedError extends AppError {
  override readonly name = "RefusedError";

  constructor(readonly code: "unauthorized" | "forbidden", message: string) {
    super(message);
  }
}
