import type { JsonObject } from "../../../codec/mod.ts";

/** Stands before a channel: what it does not deliver, the protocol never sees. */
export interface ChannelGate {
  /**
   * Decide about a message.
   *
   * @param message As it came.
   * @returns What to do with it.
   */
  admit(message: JsonObject): GateDecision;
}

/** What to do with a message: hand it on, perhaps changed, answer it, or forget it. */
export type GateDecision =
  | { readonly deliver: JsonObject }
  | { readonly answer: JsonObject }
  | { readonly drop: string };
