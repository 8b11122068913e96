import type { JsonObject } from "../../codec/mod.ts";
import type { LocalTaskQueue } from "../local/local_task_queue.ts";
import type { LeaseHolders } from "./lease_holders.ts";

/**
 * One operation of the protocol, apart from how requests and replies are framed.
 *
 * `parse` reads what Python peers send as they mean it; `run` gives the members of the reply, to
 * which `ok: true` and `peer_id` are added.
 */
export interface Op<Request> {
  /** Its name and its aliases. */
  readonly names: readonly string[];
  /** The request in a message. Throws `InvalidRequestError`. */
  parse(message: JsonObject): Request;
  /** Do it. */
  run(queue: LocalTaskQueue, request: Request, call: OpCall): Promise<JsonObject> | JsonObject;
}

/** The tools of a node that admitted peers may call without a task. */
export interface PeerTools {
  /** Whether there is a tool of this name. */
  has(name: string): boolean;
  /**
   * Call a tool.
   *
   * @returns What it returned, or `{"ok": false, "error", "code"}`.
   */
  call(
    name: string,
    args: JsonObject,
    options: { readonly signal: AbortSignal },
  ): Promise<JsonObject>;
}

/** The call of an operation. */
export interface OpCall {
  /** Who calls, as the handshake has proven. */
  readonly peerId: string;
  /** Who holds the leases that were given to peers. */
  readonly holders: LeaseHolders;
  /** The tools that peers may call; `undefined` if none. */
  readonly tools: PeerTools | undefined;
  /** Aborted when the caller hangs up or the node stops. */
  readonly signal: AbortSignal;
  /** Send something before the reply. */
  sendEvent(event: JsonObject): void;
  /** Say what to do if the reply cannot be delivered. */
  onUndelivered(undo: () => Promise<void>): void;
}
