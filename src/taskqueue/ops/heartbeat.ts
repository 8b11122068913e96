import type { JsonObject } from "../../codec/mod.ts";
import { textOf } from "../protocol/coerce.ts";
import { SCHEDULER } from "../protocol/wire_status.ts";
import type { Op } from "./op.ts";

/**
 * Answers a peer that says it is alive. The name that it gives itself is only repeated; its clock has
 * no influence here.
 */
export const heartbeat: Op<string> = {
  names: ["peer.heartbeat", "heartbeat", "peer"],

  parse: (message) => textOf(message, "peer", "peer_id"),

  run(_queue, hint, { peerId }): JsonObject {
    return { peer: hint || peerId, scheduler: SCHEDULER };
  },
};
