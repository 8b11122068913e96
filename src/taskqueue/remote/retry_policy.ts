import { PeerUnreachableError, StreamResetError } from "../../network/mod.ts";
import { RpcClosedError } from "../../rpc/mod.ts";
import { PeerProtocolError, PeerTimeoutError, RemoteError } from "../errors.ts";

/** Codes of refusals that say "not now". */
const TRANSIENT_CODES: ReadonlySet<string> = new Set(["store_busy", "rate_limited"]);

/**
 * Whether a request may be sent again.
 *
 * @param error What became of it.
 * @param isRepeatable Whether doing it twice is the same as doing it once.
 */
export function isRetryable(error: unknown, isRepeatable: boolean): boolean {
  // The peer was not reached, so it has done nothing.
  if (error instanceof PeerUnreachableError) return true;
  if (error instanceof RemoteError) return TRANSIENT_CODES.has(error.code);
  if (error instanceof PeerProtocolError && isCertainlyUnread(error.cause)) return true;
  if (!isRepeatable) return false;
  if (error instanceof PeerProtocolError) return error.violation === "closed";
  return error instanceof StreamResetError || error instanceof PeerTimeoutError;
}

/** Whether the stream ended before the peer can have got the request. */
function isCertainlyUnread(cause: unknown): boolean {
  return cause instanceof RpcClosedError && !cause.isSent;
}
