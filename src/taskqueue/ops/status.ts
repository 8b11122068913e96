import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import { toWireStatus } from "../protocol/wire_status.ts";
import type { Op } from "./op.ts";

/** How much to say. */
export interface StatusRequest {
  readonly detail: boolean;
}

/** Says what the node can do and, with `detail`, how busy it is and who was heard of. */
export const status: Op<StatusRequest> = {
  names: ["status", "capabilities", "describe"],
  role: "any",

  parse: (message) => ({ detail: isTruthy(message["detail"]) }),

  async run({ detail }, { queue }): Promise<JsonObject> {
    return toWireStatus(await queue.status({ detail }));
  },
};

/** Python's truth: empty lists and objects are false too. */
function isTruthy(value: JsonValue | undefined): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
