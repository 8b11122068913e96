import { AppError } from "../../error/mod.ts";
import {
  AllServersFailedError,
  ConnectionLostError,
  ServerUnavailableError,
  ServerUnreachableError,
  SessionLostError,
} from "./errors.ts";

/** Conditions that may be over in a moment. The last ones are those of the peer-to-peer network. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  "server_unreachable",
  "server_unavailable",
  "server_timeout",
  "session_lost",
  "connection_lost",
  "peer_unreachable",
  "peer_timeout",
  "stream_reset",
]);

/**
 * Whether an error may be over in a moment, so that it is worth connecting again.
 *
 * @param error What was thrown while connecting, or by a request that changes nothing.
 * @returns Whether to try again.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof AllServersFailedError) return error.errors.some(isPassing);
  return error instanceof AppError && PASSING_CODES.has(error.code);
}

/**
 * Whether a request that has failed certainly has had no effect: it was not sent, or the server has
 * refused it before doing anything. Such a request may be repeated, whatever it asks for.
 *
 * @param error What the request threw.
 * @returns Whether nothing can have happened.
 */
export function hadNoEffect(error: unknown): boolean {
  if (error instanceof ConnectionLostError) return !error.wasSent;
  return error instanceof ServerUnreachableError || error instanceof ServerUnavailableError ||
    error instanceof SessionLostError;
}
