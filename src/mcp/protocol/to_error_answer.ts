import type { McpAnswer } from "../server/engine/mcp_service.ts";
import type { RequestId } from "./message.ts";
import type { ProtocolError } from "./protocol_error.ts";

/**
 * The answer to a request that has no result.
 *
 * @param id The request's; null if it is not known.
 * @param error Why.
 * @returns The answer.
 */
export function toErrorAnswer(id: RequestId | null, error: ProtocolError): McpAnswer {
  const { rpcCode, message, data, httpStatus, requiredScope } = error;
  return {
    message: {
      jsonrpc: "2.0",
      id,
      error: { code: rpcCode, message, ...(data !== undefined && { data }) },
    },
    httpStatus,
    ...(requiredScope !== undefined && { requiredScope }),
  };
}
