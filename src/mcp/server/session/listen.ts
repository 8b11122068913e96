import { McpErrorCode } from "../../protocol/error_code.ts";
import { toAcceptedTypes } from "../http/accepted_types.ts";
import { refuse, refuseAsStopping } from "../http/refuse.ts";
import { type EventPosition, parseEventId } from "./event_id.ts";
import type { Listeners, Listening } from "./listeners.ts";
import type { LiveSession } from "./live_session.ts";
import type { SessionRequest } from "./session_endpoint.ts";
import type { SessionUse } from "./session_slot.ts";
import { STANDALONE_ID } from "./session_stream.ts";

/**
 * Answer a GET: the stream of what belongs to no request, or what a client has missed of any.
 *
 * @param request The request.
 * @param use Its session.
 * @param listeners Opens the stream.
 * @returns The stream. Status 204 tells a client not to come back, as there is nothing more to hear.
 */
export async function listen(
  { headers }: SessionRequest,
  use: SessionUse,
  listeners: Listeners,
): Promise<Response> {
  if (toAcceptedTypes(headers.get("accept")) === "json") {
    return refuse(406, "Cannot answer request as the client takes no event stream");
  }
  const lastEventId = headers.get("last-event-id") ?? "";
  const found = lastEventId === ""
    ? listenToNews(use.session)
    : await resume(use.session, parseEventId(lastEventId));
  if (found instanceof Response) return found;
  const isDrained = listeners.isDraining && found.stream.id === STANDALONE_ID;
  return isDrained ? refuseAsStopping() : listeners.open(use, found).response;
}

function listenToNews({ standalone: stream }: LiveSession): Listening | Response {
  if (!stream.hasListener) return { stream, afterSeq: stream.heardSeq };
  return refuse(409, "Cannot open a second stream as the session has one");
}

async function resume(
  session: LiveSession,
  position: EventPosition | undefined,
): Promise<Listening | Response> {
  const code = McpErrorCode.invalidRequest;
  if (position === undefined) {
    return refuse(400, "Cannot go on with stream as its Last-Event-ID is none of ours", { code });
  }
  const { streamId, seq: afterSeq } = position;
  const stream = await session.findStream(streamId);
  if (stream === undefined) {
    const data = { code: "events_lost" };
    return refuse(400, "Cannot go on with stream as nothing of it is kept", { code, data });
  }
  if (!stream.isOverAt(afterSeq)) return { stream, afterSeq };
  session.forgetIfOver(stream);
  return new Response(null, { status: 204 });
}
