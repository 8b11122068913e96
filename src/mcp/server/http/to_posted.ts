import type { JsonValue } from "../../../codec/mod.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import { isModernRequest } from "../../protocol/is_modern_request.ts";
import type {
  JsonRpcMessage,
  JsonRpcNotification,
  JsonRpcRequest,
  RequestId,
} from "../../protocol/message.ts";
import { parseMessage } from "../../protocol/parse_message.ts";
import { isModernVersion } from "../../protocol/versions.ts";
import { refuse, refuseUnknownRevision } from "./refuse.ts";

/** What was posted, by the era it belongs to; or why it is not taken. */
export type Posted =
  | { readonly era: "modern"; readonly message: JsonRpcRequest | JsonRpcNotification }
  | {
    readonly era: "legacy";
    readonly messages: readonly JsonRpcMessage[];
    /** Whether they came in a list, so that the answers go in one. */
    readonly isBatch: boolean;
  }
  | { readonly era: "none"; readonly refusal: Response };

/** Messages in one batch. */
const MAX_BATCH = 100;

/**
 * Tell what was posted. A modern message says so itself; a legacy one goes by being no other.
 *
 * @param value The body.
 * @param headers The headers, among them the revision that both sides have agreed on.
 * @returns The message or messages.
 */
export function toPosted(value: JsonValue, headers: Headers): Posted {
  const versionHeader = headers.get("mcp-protocol-version");
  if (Array.isArray(value)) return toBatch(value, versionHeader);
  const message = parseMessage(value);
  if ("problem" in message) {
    const text = `Cannot take message as ${message.problem}`;
    return refused(text, message.id);
  }
  if ("method" in message && isModernRequest(message, versionHeader)) {
    return { era: "modern", message };
  }
  const legacy = { era: "legacy", messages: [message], isBatch: false } as const;
  // `initialize` is where a revision is agreed on.
  const isAgreed = !("method" in message && message.method === "initialize");
  return (isAgreed ? refuseVersion(versionHeader, message) : undefined) ?? legacy;
}

function toBatch(values: readonly JsonValue[], versionHeader: string | null): Posted {
  if (values.length === 0 || values.length > MAX_BATCH) {
    return refused(`Cannot take batch as it has not 1 to ${MAX_BATCH} messages`);
  }
  const messages: JsonRpcMessage[] = [];
  for (const value of values) {
    const message = parseMessage(value);
    if ("problem" in message) {
      return refused(`Cannot take batch as one is no message: ${message.problem}`);
    }
    if (isModernRequest(message, versionHeader)) {
      return refused("Cannot take batch as its revision has none");
    }
    if ("method" in message && message.method === "initialize") {
      return refused('Cannot take batch as "initialize" must come alone');
    }
    messages.push(message);
  }
  return refuseVersion(versionHeader) ?? { era: "legacy", messages, isBatch: true };
}

/** A revision that nobody here speaks, or one in which the message has no place. */
function refuseVersion(version: string | null, message?: JsonRpcMessage): Posted | undefined {
  if (isModernVersion(version)) return refused("Cannot take message as its revision has no such");
  const id = message !== undefined && "id" in message ? message.id : null;
  const refusal = refuseUnknownRevision(version, id);
  return refusal && { era: "none", refusal };
}

function refused(message: string, id: RequestId | null = null): Posted {
  const code = McpErrorCode.invalidRequest;
  return { era: "none", refusal: refuse(400, message, { code, id }) };
}
