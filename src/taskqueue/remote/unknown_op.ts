import { RemoteError } from "../errors.ts";

/** Whether a peer said that it does not know the operation. */
export function isUnknownOp(error: unknown): boolean {
  return error instanceof RemoteError && error.code === "unknown_op";
}
