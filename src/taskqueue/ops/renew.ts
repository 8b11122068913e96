import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import type { LogLine } from "../../store/mod.ts";
import type { Task } from "../../task/mod.ts";
import { numberOf, toText } from "../protocol/coerce.ts";
import { fitTask } from "../protocol/fit_reply.ts";
import { toWireTask } from "../protocol/to_wire_task.ts";
import { toWireLease } from "../protocol/wire_scheduler.ts";
import { type LeaseRequest, parseLease } from "./lease.ts";
import type { Op } from "./op.ts";

/** A sign of life. */
export interface RenewRequest extends LeaseRequest {
  readonly progress: JsonObject | undefined;
  readonly logs: readonly LogLine[];
  readonly leaseMs: number | undefined;
}

/**
 * Keeps a lease alive, with or without progress and lines of log. The reply's `cancelled` tells of a
 * cancellation.
 */
export const renew: Op<RenewRequest> = {
  names: ["renew", "task.renew", "renew_lease"],
  role: "work",

  parse(message) {
    const progress = message["progress"];
    const leaseMs = numberOf(message, "lease_ms");
    return {
      ...parseLease(message),
      progress: progress !== undefined && isJsonObject(progress) ? progress : undefined,
      logs: toLines(message["logs"]),
      leaseMs: leaseMs === undefined ? undefined : Math.max(0, leaseMs),
    };
  },

  async run(request, { queue }): Promise<JsonObject> {
    const task = await queue.renew(request);
    return { ...toWireLease(task), task: toBriefTask(task) };
  },
};

/** The task without what is large and known to its holder. */
function toBriefTask(task: Task): JsonObject {
  const brief = toWireTask({ ...task, payload: {}, progress: null, failures: [] });
  return fitTask({ ...brief, omitted: ["payload", "progress", "failures"] });
}

/** Lines as objects or as texts; anything else is no line. */
function toLines(value: JsonValue | undefined): readonly LogLine[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: JsonValue): LogLine[] => {
    if (typeof item === "string") return [{ stream: "stdout", message: item }];
    if (!isJsonObject(item)) return [];
    const { message } = item;
    const stream = toText(item["stream"]) || "stdout";
    return typeof message === "string" ? [{ stream, message }] : [];
  });
}
