import type { JsonObject } from "../../../codec/mod.ts";

/** Messages both ways, in order: standard input and output, a stream to a peer, or memory. */
export interface MessageChannel {
  /**
   * The next message, or `null` when there will be none.
   *
   * @throws {unknown} What broke the channel.
   */
  receive(signal: AbortSignal): Promise<JsonObject | null>;
  /**
   * Send a message. Resolves when the next may be sent.
   *
   * @throws {unknown} What broke the channel.
   */
  send(message: JsonObject): Promise<void>;
}
