import { McpErrorCode } from "../../protocol/error_code.ts";
import type { JsonRpcMessage, JsonRpcRequest } from "../../protocol/message.ts";
import { MODERN_VERSIONS } from "../../protocol/versions.ts";
import type { SessionRequest } from "../session/session_endpoint.ts";
import { toAcceptedTypes } from "./accepted_types.ts";
import { answerBatch } from "./answer_batch.ts";
import type { McpHttpDeps, McpHttpRequest, OpenExchange } from "./mcp_http.ts";
import { accept, refuse, refuseRevision } from "./refuse.ts";
import { toSessionRequest } from "./to_session_request.ts";

/** What {@linkcode answerLegacy} needs. */
export interface LegacyDeps extends Pick<McpHttpDeps, "service" | "sessions" | "modernOnly"> {
  readonly openExchange: OpenExchange;
}

/** What was posted in the legacy era. */
export type LegacyPosted = Pick<SessionRequest, "messages" | "isBatch">;

/**
 * Answer messages of the legacy era: in the session that they name or begin, else each by itself.
 *
 * @param posted The messages.
 * @param request What they came with.
 * @param deps Who answers, and how an exchange is begun.
 * @returns The response.
 */
export async function answerLegacy(
  posted: LegacyPosted,
  request: McpHttpRequest,
  deps: LegacyDeps,
): Promise<Response> {
  const { sessions, modernOnly } = deps;
  if (modernOnly) return refuseLegacy(posted, request.headers);
  if (sessions !== undefined && isOfSession(posted, request.headers)) {
    return await sessions.handle(toSessionRequest("POST", request, posted));
  }
  return await answerSessionless(posted, request, deps);
}

function isOfSession({ messages: [first] }: LegacyPosted, headers: Headers): boolean {
  return headers.has("mcp-session-id") || first !== undefined && isInitialize(first);
}

/** Nobody could come back for these answers, so hanging up cancels here too. */
async function answerSessionless(
  { messages, isBatch }: LegacyPosted,
  { headers, caller }: McpHttpRequest,
  { service, openExchange }: LegacyDeps,
): Promise<Response> {
  const requests = messages.filter(isRequest);
  const [request] = requests;
  if (request === undefined) return takeOthers(messages);
  const accepted = toAcceptedTypes(headers.get("accept"));
  if (isBatch) {
    const exchange = openExchange({ id: requests.map(({ id }) => id), accepted, caller });
    return await exchange.run((to) => answerBatch(service, requests, to));
  }
  const exchange = openExchange({ id: request.id, accepted, caller });
  return await exchange.run((to) => service.answerSessionless(request, to));
}

function takeOthers(messages: readonly JsonRpcMessage[]): Response {
  if (messages.every((message) => "method" in message)) return accept();
  const code = McpErrorCode.invalidRequest;
  return refuse(400, "Cannot take response as nothing was asked without a session", { code });
}

/** Where only the modern era is served, a client has to be told which revisions those are. */
function refuseLegacy({ messages, isBatch }: LegacyPosted, headers: Headers): Response {
  const [message] = messages;
  if (isBatch || message === undefined || !("method" in message)) {
    const code = McpErrorCode.invalidRequest;
    return refuse(400, "Cannot take message as its revision is not served", { code });
  }
  if (!isRequest(message)) return accept();
  const wished = isInitialize(message) ? message.params?.["protocolVersion"] : undefined;
  const requested = typeof wished === "string" ? wished : headers.get("mcp-protocol-version");
  return refuseRevision({
    supported: MODERN_VERSIONS,
    requested: requested ?? undefined,
    id: message.id,
  });
}

function isInitialize(message: JsonRpcMessage): message is JsonRpcRequest {
  return isRequest(message) && message.method === "initialize";
}

function isRequest(message: JsonRpcMessage): message is JsonRpcRequest {
  return "method" in message && "id" in message;
}
