import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import { PeerProtocolError } from "../errors.ts";
import type { PeerToolProgress } from "../ops/op.ts";
import type { ClaimWork } from "../task_queue.ts";
import { fromWireTask } from "../protocol/from_wire_task.ts";

/** Who replied to what, for errors. */
export interface RepliedTo {
  readonly op: string;
  readonly peerId: string;
}

/**
 * The task in a reply; `undefined` if there is none.
 *
 * @throws {PeerProtocolError} If it is something else.
 */
export function parseOptionalTask(
  value: JsonValue | undefined,
  repliedTo: RepliedTo,
): Task | undefined {
  if (value === undefined || value === null) return undefined;
  const task = fromWireTask(value);
  if (task === undefined) throw new PeerProtocolError("invalid_reply", repliedTo);
  return task;
}

/**
 * The tasks in a reply.
 *
 * @throws {PeerProtocolError} If they are something else.
 */
export function parseTasks(
  value: JsonValue | undefined,
  repliedTo: RepliedTo,
): readonly Task[] {
  if (!Array.isArray(value)) throw new PeerProtocolError("invalid_reply", repliedTo);
  return value.map((item) => {
    const task = fromWireTask(item);
    if (task === undefined) throw new PeerProtocolError("invalid_reply", repliedTo);
    return task;
  });
}

/**
 * The tasks that a claim has leased: not more than were asked for, of the types that were asked for.
 *
 * @throws {PeerProtocolError} If they are something else.
 */
export function parseClaimedTasks(
  message: JsonObject,
  claim: Pick<ClaimWork, "types" | "limit">,
  repliedTo: RepliedTo,
): readonly Task[] {
  const { types, limit = 1 } = claim;
  const { tasks, task = null } = message;
  const claimed = parseTasks(tasks ?? (task === null ? [] : [task]), repliedTo);
  const isAsked = claimed.length <= limit &&
    claimed.every(({ type, lease }) => {
      return lease !== null && (types === "any" || types.includes(type));
    });
  if (!isAsked) throw new PeerProtocolError("invalid_reply", repliedTo);
  return claimed;
}

/**
 * The task in the reply to a question about one task; `undefined` if there is none.
 *
 * @throws {PeerProtocolError} If it is something else, or another task.
 */
export function parseTaskOf(
  message: JsonObject,
  taskId: string,
  repliedTo: RepliedTo,
): Task | undefined {
  const task = parseOptionalTask(message["task"], repliedTo);
  // Peers trim ids.
  if (task === undefined || task.id === taskId.trim()) return task;
  throw new PeerProtocolError("invalid_reply", repliedTo);
}

/** Hand the task of a progress event on; any other event is of no interest. */
export function reportProgress(
  event: JsonObject,
  onProgress: ((task: Task) => void) | undefined,
): void {
  const task = event["event"] === "progress" ? fromWireTask(event["task"]) : undefined;
  if (task !== undefined) onProgress?.(task);
}

/** Hand the progress of a tool on; any other event is of no interest. */
export function reportToolProgress(
  event: JsonObject,
  onProgress: (progress: PeerToolProgress) => void,
): void {
  const { progress, total, message } = event;
  if (event["event"] !== "progress" || typeof progress !== "number") return;
  onProgress({
    progress,
    ...(typeof total === "number" && { total }),
    ...(typeof message === "string" && { message }),
  });
}
