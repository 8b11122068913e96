import type { JsonObject } from "../codec/mod.ts";
import type { ToolProgress } from "../mcp/mod.ts";
import type { QueueTarget } from "./queue_directory.ts";

/** Calls tools of nodes, this one included, at once and without a task. */
export interface PeerToolCaller {
  /**
   * Call a tool of a node.
   *
   * @param target Address or peer id of another node; this node when both are absent.
   * @param call Which tool, and its arguments.
   * @param options How long to wait.
   * @returns The reply as the task queue protocol has it: what the tool returned with the node's
   * `peer_id`, or `{"ok": false, "error"}` and perhaps `code` and `hint`.
   * @throws {AppError} If the node cannot be reached or does not answer.
   */
  callTool(
    target: QueueTarget,
    call: PeerToolCall,
    options: CallPeerToolOptions,
  ): Promise<JsonObject>;
}

/** A call of a node's tool. */
export interface PeerToolCall {
  /** Name of the tool. */
  readonly name: string;
  /** Its arguments. */
  readonly args: JsonObject;
}

/** How a node's tool is called. */
export interface CallPeerToolOptions {
  /** Longest wait for the answer; milliseconds. */
  readonly timeoutMs: number;
  /** Told how far the tool is, if the node says so. */
  readonly onProgress?: ((progress: ToolProgress) => void) | undefined;
  /** Gives up. */
  readonly signal: AbortSignal;
}
