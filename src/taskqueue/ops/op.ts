import type { ReplicatedCache } from "../../cache/mod.ts";
import type { JsonObject } from "../../codec/mod.ts";
import type { Role } from "../../network/mod.ts";
import type { LocalTaskQueue } from "../local/local_task_queue.ts";

/**
 * One operation of the protocol, apart from how requests and replies are framed.
 *
 * `parse` reads what Python peers send as they mean it; `run` gives the members of the reply, to
 * which `ok: true` and `peer_id` are added.
 */
export interface Op<Request> {
  /** Its name and its aliases. */
  readonly names: readonly string[];
  /** What the caller must be allowed to do; `any` for any role at all. */
  readonly role: Role | "any";
  /** What this very request needs. @default {role} */
  roleFor?(message: JsonObject): Role | "any";
  /** The request in a message. Throws `InvalidRequestError`. */
  parse(message: JsonObject): Request;
  /** Do it. */
  run(request: Request, services: OpServices, call: OpCall): Promise<JsonObject> | JsonObject;
}

/** What operations work with. */
export interface OpServices {
  readonly queue: LocalTaskQueue;
  /** The tools that peers may call; `undefined` if none. */
  readonly tools: PeerTools | undefined;
  /** The cache that peers may use; `undefined` if there is none. */
  readonly cache: ReplicatedCache | undefined;
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
  call(name: string, args: JsonObject, options: CallToolOptions): Promise<JsonObject>;
}

/** How a tool of a node is called. */
export interface CallToolOptions {
  /** Told how far the tool is, if it says so. */
  readonly onProgress?: ((progress: PeerToolProgress) => void) | undefined;
  /** Aborted when the caller cancels or hangs up. */
  readonly signal: AbortSignal;
}

/** How far a tool of a node is. */
export interface PeerToolProgress {
  /** Grows with every report. */
  readonly progress: number;
  /** What `progress` will be at the end, if known. */
  readonly total?: number | undefined;
  /** What it is doing, for a person. */
  readonly message?: string | undefined;
}

/** The call of an operation. */
export interface OpCall {
  /** Who calls, as the handshake has proven. */
  readonly peerId: string;
  /** Aborted when the caller cancels or hangs up, or the node stops. Making it may cost something. */
  readonly signal: AbortSignal;
  /** Send something before the reply. */
  sendEvent(event: JsonObject, options?: SendEventOptions): void;
  /** Wait until the caller has taken most of what was sent; absent if nobody can tell. */
  whenSent?(): Promise<void>;
  /** Say what to do if the reply cannot be delivered. */
  onUndelivered(undo: () => Promise<void>): void;
}

/** Options of {@linkcode OpCall.sendEvent}. */
export interface SendEventOptions {
  /** Instead of an event with this key that was not sent yet. @default {undefined} beside all others */
  readonly replaceKey?: string | undefined;
}
