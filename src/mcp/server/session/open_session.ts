import { CancelReason } from "../../../concurrency/mod.ts";
import { encodeAnswer } from "../../protocol/encode_answer.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import type { JsonRpcRequest } from "../../protocol/message.ts";
import type { Exchange, McpAnswer } from "../engine/mcp_service.ts";
import { toAcceptedTypes } from "../http/accepted_types.ts";
import { openEventStream } from "../http/open_event_stream.ts";
import { CLIENT_GONE, refuse, refuseAsStopping } from "../http/refuse.ts";
import { toJsonResponse } from "../http/to_json_response.ts";
import { LiveSession, type LiveSessionOptions } from "./live_session.ts";
import type { SessionRequest } from "./session_endpoint.ts";
import { createSessionId } from "./session_id.ts";
import type { SessionTable } from "./session_table.ts";

/** What {@linkcode openSession} needs. */
export interface OpenSessionDeps {
  /** Takes the session in. */
  readonly table: SessionTable;
  /** What the session needs. */
  readonly session: LiveSessionOptions;
  /** What it may remember, as JSON. */
  readonly maxStateBytes: number;
  readonly maxResultBytes: number;
}

/**
 * Begin a session.
 *
 * @param initialize The client's first request.
 * @param request What it came with.
 * @param deps Where the session goes.
 * @returns The answer, with the session's id if it began.
 */
export async function openSession(
  initialize: JsonRpcRequest,
  request: SessionRequest,
  deps: OpenSessionDeps,
): Promise<Response> {
  const session = new LiveSession(createSessionId(), deps.session);
  const begun = await begin(session, initialize, request, deps);
  if (begun instanceof Response) {
    const detail = "it could not begin";
    await session.stop(new CancelReason("explicit", { scope: "mcp session", detail }));
    return begun;
  }
  const response = await toResponse(begun, request, deps);
  response.headers.set("mcp-session-id", session.id);
  return response;
}

/** Returns the answer, or a response in its place if there is no session. */
async function begin(
  session: LiveSession,
  initialize: JsonRpcRequest,
  request: SessionRequest,
  { table, maxStateBytes, maxResultBytes }: OpenSessionDeps,
): Promise<McpAnswer | Response> {
  const { principal } = request;
  const exchange: Exchange = { principal, signal: session.signal, send: async () => {} };
  const answer = await session.engine.answer(initialize, exchange);
  if (answer === undefined) return refuseAsStopping();
  if ("error" in answer.message) return toJsonResponse(answer, maxResultBytes);
  if (JSON.stringify(session.engine.state).length > maxStateBytes) {
    const code = McpErrorCode.invalidParams;
    const { id } = initialize;
    return refuse(400, "Cannot begin session as the client says too much of itself", { code, id });
  }
  // Nobody would ever know of it.
  if (request.signal.aborted) return new Response(null, { status: CLIENT_GONE });
  using use = await table.add(session, principal.id);
  if (use !== undefined) return answer;
  const headers = { "retry-after": "1" };
  return refuse(503, "Cannot begin session as there are too many", { headers });
}

async function toResponse(
  answer: McpAnswer,
  { headers }: SessionRequest,
  { maxResultBytes, session: { clock } }: OpenSessionDeps,
): Promise<Response> {
  if (toAcceptedTypes(headers.get("accept")) !== "stream") {
    return toJsonResponse(answer, maxResultBytes);
  }
  const stream = openEventStream({ clock });
  const sent = stream.send({ data: encodeAnswer(answer, maxResultBytes) });
  stream.close();
  await sent;
  return stream.response;
}
