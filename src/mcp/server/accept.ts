const JSON_TYPE = "application/json";
const EVENT_STREAM_TYPE = "text/event-stream";

/**
 * Whether a client has said that it reads event streams. One that has not (curl, simple HTTP
 * libraries) gets a single JSON answer.
 *
 * @param headers The request's headers.
 * @returns Whether `Accept` names `text/event-stream`.
 */
export function acceptsEventStream(headers: Headers): boolean {
  return (headers.get("accept") ?? "").toLowerCase().includes(EVENT_STREAM_TYPE);
}

/**
 * The headers for the protocol library, which insists on a client that accepts both types.
 *
 * @param headers The request's headers; not changed.
 * @returns A copy that accepts both.
 */
export function acceptBoth(headers: Headers): Headers {
  const copy = new Headers(headers);
  copy.set("accept", `${JSON_TYPE}, ${EVENT_STREAM_TYPE}`);
  return copy;
}
