import type { JsonObject } from "../../codec/mod.ts";
import { isAtMost } from "../json_size.ts";
import { MAX_REPLY_BYTES } from "../protocol/constants.ts";

/** The reply, or a refusal instead of one that is longer than any peer reads. */
export function limitReply(reply: JsonObject): JsonObject {
  return isAtMost(reply, MAX_REPLY_BYTES) ? reply : toTooLarge(reply);
}

/** The refusal instead of a reply that is too long. */
export function toTooLarge(reply: JsonObject): JsonObject {
  return { ok: false, error: "reply_too_large", "peer_id": reply["peer_id"] ?? "" };
}
