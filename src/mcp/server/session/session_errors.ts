import { McpErrorCode } from "../../protocol/error_code.ts";
import type { JsonRpcNotification, JsonRpcResponse, RequestId } from "../../protocol/message.ts";
import { serverStoppingError } from "../../protocol/server_stopping_error.ts";
import { toErrorAnswer } from "../../protocol/to_error_answer.ts";

/**
 * The answer to a request that ran when the process ended.
 *
 * @param id The request's.
 * @returns An error that programs can tell from others.
 */
export function restartedAnswer(id: RequestId): JsonRpcResponse {
  return errorAnswer(id, {
    code: "server_restarted",
    message: "Cannot finish request as the server was restarted meanwhile",
  });
}

/**
 * The answer to a request that is cut short by the end of the server.
 *
 * @param id The request's.
 * @returns An error that programs can tell from others.
 */
export function stoppingAnswer(id: RequestId): JsonRpcResponse {
  return toErrorAnswer(id, serverStoppingError()).message;
}

/**
 * What stands for an answer that is not kept any more.
 *
 * @param id The request's.
 * @returns An error that programs can tell from others.
 */
export function lostAnswer(id: RequestId): JsonRpcResponse {
  return errorAnswer(id, {
    code: "events_lost",
    message: "Cannot repeat the answer as the client came back for it too late",
  });
}

/**
 * Tells a client that has come back of a gap in what it gets.
 *
 * @returns A log message.
 */
export function gapNotice(): JsonRpcNotification {
  const message = "Cannot repeat all events as the client came back for them too late";
  return {
    jsonrpc: "2.0",
    method: "notifications/message",
    params: { level: "error", logger: "session", data: { code: "events_lost", message } },
  };
}

function errorAnswer(
  id: RequestId,
  { code, message }: { readonly code: string; readonly message: string },
): JsonRpcResponse {
  return {
    jsonrpc: "2.0",
    id,
    error: { code: McpErrorCode.internalError, message, data: { code } },
  };
}
