import type { JsonObject } from "../../codec/mod.ts";
import { AppError, toErrorMessage } from "../../error/mod.ts";
import type { RequestId } from "../protocol/message.ts";

/** The server cannot be asked; free for such use in JSON-RPC. */
const SERVER_GONE = -32000;

/**
 * The answer to a request that the server will not answer.
 *
 * @param id The request's.
 * @param error Why.
 * @returns The answer.
 */
export function toErrorResponse(id: RequestId, error: unknown): JsonObject {
  const { code, hint } = error instanceof AppError
    ? error
    : { code: "internal_error", hint: undefined };
  const data = { code, ...(hint !== undefined && { hint }) };
  return {
    jsonrpc: "2.0",
    id,
    error: { code: SERVER_GONE, message: toErrorMessage(error), data },
  };
}
