import { McpErrorCode } from "./error_code.ts";
import { ProtocolError } from "./protocol_error.ts";

/**
 * What callers get whose request is cut short by the end of the server.
 *
 * @returns The JSON-RPC error.
 */
export function serverStoppingError(): ProtocolError {
  const message = "Cannot finish the request as the server is stopping";
  return new ProtocolError(McpErrorCode.internalError, message, {
    data: { code: "server_stopping" },
  });
}
