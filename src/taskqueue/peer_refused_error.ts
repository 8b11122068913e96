import { AppError } from "../error/mod.ts";
import { RemoteError } from "./errors.ts";

/** A peer refused what was asked of it. */
export class PeerRefusedError extends AppError {
  /** The class. */
  override readonly name = "PeerRefusedError";
  /** The peer's code if it is one of the protocol's, else `peer_refused`. */
  readonly code: string;

  /**
   * Make the error.
   *
   * @param refusal What the peer answered.
   */
  constructor(refusal: RemoteError) {
    const hint = HINTS[refusal.code];
    super(refusal.message, { cause: refusal, ...(hint !== undefined && { hint }) });
    this.code = hint === undefined && !KNOWN_CODES.has(refusal.code)
      ? "peer_refused"
      : refusal.code;
  }
}

const HINTS: Readonly<Record<string, string>> = {
  unauthorized: "Trust this node there with: mcpp peers trust <this node's id>; " +
    "or give both nodes the same token",
  forbidden:
    "Ask that node's owner for the role, with: mcpp peers trust <this node's id> --role ...",
  "unknown_op": "The peer is an older or another program; it cannot do this",
};

/** Codes of the protocol that callers may rely on, whoever answers. */
const KNOWN_CODES: ReadonlySet<string> = new Set([
  "invalid_task",
  "store_busy",
  "store_full",
  "tools_disabled",
  "cache_disabled",
  "cache_key_invalid",
  "cache_ttl_invalid",
  "cache_value_invalid",
  "cache_value_too_large",
  "internal_error",
]);

/**
 * Ask a queue at the edge of the program: what a peer refused becomes an error of ours, which has a
 * stable code and may be shown. All else is thrown on as it is.
 *
 * @param ask Calls the queue.
 * @returns What it returned.
 * @throws {PeerRefusedError} If a peer refused.
 */
export async function askAtEdge<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof RemoteError ? new PeerRefusedError(error) : error;
  }
}
