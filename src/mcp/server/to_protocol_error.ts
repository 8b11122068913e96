import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";
import { UnknownToolError } from "../errors.ts";

/**
 * What an error of this server looks like on the wire. A failing tool never comes here: it is a
 * result.
 *
 * @param error Whatever was caught.
 * @returns The JSON-RPC error; its data holds our own code.
 */
export function toProtocolError(error: unknown): ProtocolError {
  if (error instanceof UnknownToolError) {
    const { code, message, hint, suggestions } = error;
    return new ProtocolError(ProtocolErrorCode.InvalidParams, `${message}. ${hint}`, {
      code,
      hint,
      suggestions,
    });
  }
  return new ProtocolError(ProtocolErrorCode.InternalError, "Cannot answer the request", {
    code: "internal_error",
  });
}

/**
 * What callers get whose call was cut short by the end of the server.
 *
 * @returns The JSON-RPC error.
 */
export function serverStoppingError(): ProtocolError {
  return new ProtocolError(
    ProtocolErrorCode.InternalError,
    "Cannot finish the call as the server is stopping",
    { code: "server_stopping" },
  );
}
