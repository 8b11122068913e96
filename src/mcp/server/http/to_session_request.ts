import { ANONYMOUS } from "../../principal.ts";
import type { SessionRequest } from "../session/session_endpoint.ts";
import type { McpHttpRequest } from "./mcp_http.ts";

const NOTHING = { messages: [], isBatch: false } as const;
const NEVER = new AbortController().signal;

/**
 * A request for whoever keeps the sessions.
 *
 * @param method POST, GET or DELETE.
 * @param request Its headers, and who made it.
 * @param posted What was posted, if anything.
 * @returns The request. Its signal is looked up when it is asked for, as watching a connection is dear.
 */
export function toSessionRequest(
  method: SessionRequest["method"],
  { headers, caller }: McpHttpRequest,
  posted: Pick<SessionRequest, "messages" | "isBatch"> = NOTHING,
): SessionRequest {
  return {
    method,
    headers,
    messages: posted.messages,
    isBatch: posted.isBatch,
    principal: caller.principal ?? ANONYMOUS,
    get signal(): AbortSignal {
      return caller.signal ?? NEVER;
    },
  };
}
