import type { JsonObject } from "../../codec/mod.ts";

/**
 * Answers one call of a directly answered tool.
 *
 * It never rejects for what the caller did wrong: that goes into the content. It checks the caller's
 * credentials itself, as they are among the arguments.
 *
 * @param args The arguments, untrusted.
 * @param call Who calls, and what can be done besides answering.
 * @returns The member `content` of the result.
 */
export type RpcTool = (args: JsonObject, call: RpcToolCall) => Promise<JsonObject>;

/** A call that is being answered. */
export interface RpcToolCall {
  /** Who calls, proven by the handshake. */
  readonly peerId: string;
  /** Aborted when the caller cancels or hangs up, and when the server stops. */
  readonly signal: AbortSignal;
  /**
   * Tell the caller something before the answer. Nothing happens unless it has asked for that, by
   * `"stream": true` among the arguments.
   *
   * @param event What to tell.
   * @param options Whether it may be left out.
   */
  sendEvent(event: JsonObject, options?: SendEventOptions): void;
  /**
   * Say what to do if the answer does not reach the caller's stream.
   *
   * @param undo Takes back what the call has done.
   */
  onUndelivered(undo: () => Promise<void>): void;
}

/** Options of {@linkcode RpcToolCall.sendEvent}. */
export interface SendEventOptions {
  /**
   * The event replaces an earlier one with the same key that a slow caller has not been sent yet.
   * Without a key it is never left out.
   *
   * @default {undefined}
   */
  readonly replaceKey?: string | undefined;
}
