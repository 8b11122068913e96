import type { McpAnswer } from "../server/engine/mcp_service.ts";
import { McpErrorCode } from "./error_code.ts";

/** No character of UTF-16 needs more bytes of UTF-8. */
const MAX_BYTES_PER_CHARACTER = 3;

/**
 * The answer as it goes over the wire.
 *
 * @param answer The answer.
 * @param maxBytes Longer answers are replaced by the error `result_too_large`.
 * @returns JSON on one line.
 */
export function encodeAnswer(answer: McpAnswer, maxBytes: number): string {
  let text: string;
  try {
    text = JSON.stringify(answer.message);
  } catch {
    // A hand-made tool may return what JSON cannot hold: a cycle, a bigint.
    return encodeError(answer, "internal_error", "Cannot answer as the result is not JSON");
  }
  if (text.length * MAX_BYTES_PER_CHARACTER <= maxBytes) return text;
  if (text.length <= maxBytes && new TextEncoder().encode(text).byteLength <= maxBytes) return text;
  const message = `Cannot answer as the result is larger than ${maxBytes} bytes`;
  return encodeError(answer, "result_too_large", message);
}

function encodeError(answer: McpAnswer, code: string, message: string): string {
  const error = { code: McpErrorCode.internalError, message, data: { code } };
  return JSON.stringify({ jsonrpc: "2.0", id: answer.message.id, error });
}
