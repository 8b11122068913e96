import { checkRequestHeaders } from "../../protocol/check_request_headers.ts";
import type { JsonRpcNotification, JsonRpcRequest } from "../../protocol/message.ts";
import { type AcceptedTypes, toAcceptedTypes } from "./accepted_types.ts";
import type { McpHttpDeps, McpHttpRequest, OpenExchange } from "./mcp_http.ts";
import { accept, refuse } from "./refuse.ts";
import { toJsonResponse } from "./to_json_response.ts";

/**
 * Answer a message of the modern era. Hanging up cancels.
 *
 * @param message The message.
 * @param request What it came with.
 * @param deps Who answers, and how an exchange is begun.
 * @returns The response.
 */
export async function answerModern(
  message: JsonRpcRequest | JsonRpcNotification,
  request: McpHttpRequest,
  { service, tools, maxResultBytes, openExchange }: ModernDeps,
): Promise<Response> {
  // Over HTTP a client of this era has nothing to notify of; what it says is taken, and let be.
  if (!("id" in message)) return accept();
  const { headers, caller } = request;
  const difference = checkRequestHeaders(headers, message, tools);
  if (difference !== undefined) return toJsonResponse(difference, maxResultBytes);
  const accepted = toTypesFor(message, toAcceptedTypes(headers.get("accept")));
  if (accepted === undefined) {
    const text = "Cannot subscribe as the client does not accept text/event-stream";
    return refuse(406, text, { id: message.id });
  }
  const exchange = openExchange({ id: message.id, accepted, caller });
  return await exchange.run((to) => service.answer(message, to));
}

/** What {@linkcode answerModern} needs. */
export interface ModernDeps extends Pick<McpHttpDeps, "service" | "tools" | "maxResultBytes"> {
  readonly openExchange: OpenExchange;
}

/** A subscription is all news, so whoever would take a stream gets one. */
function toTypesFor(
  { method }: JsonRpcRequest,
  accepted: AcceptedTypes,
): AcceptedTypes | undefined {
  if (method !== "subscriptions/listen" || accepted === "both") return accepted;
  return accepted === "json" ? undefined : "stream";
}
