import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import { isTerminal, type LogEntry, type Task } from "../../task/mod.ts";
import { fromWireTask } from "../protocol/from_wire_task.ts";
import type { CallOptions, TaskQueue, WatchedTask, WatchTask } from "../task_queue.ts";
import { parseTaskOf } from "./parse_reply.ts";
import type { PeerLink } from "./peer_link.ts";

/** Tells a watcher of news, once each, whatever requests they come from. */
export class NewsTeller {
  readonly #watch: WatchTask;
  #lastTask = "";
  #logCursor: number;

  constructor(watch: WatchTask) {
    this.#watch = watch;
    this.#logCursor = watch.afterLog ?? 0;
  }

  /** The last line of log that was told. */
  get logCursor(): number {
    return this.#logCursor;
  }

  /** Tell of the task, unless it is as it was told before. */
  tellTask(task: Task): void {
    const { status, attempt, updatedAtMs, progress, logCount } = task;
    // An event has no room for a large result; the reply brings it.
    const hasResult = task.result !== null;
    const state = JSON.stringify([status, attempt, updatedAtMs, progress, logCount, hasResult]);
    if (state === this.#lastTask) return;
    this.#lastTask = state;
    this.#watch.onEvent({ kind: "task", task });
  }

  /** Tell of a line of log, unless it was told before. */
  tellLog(entry: LogEntry): void {
    if (entry.seq <= this.#logCursor) return;
    this.#logCursor = entry.seq;
    this.#watch.onEvent({ kind: "log", entry });
  }

  /** Skip lines that the peer has dropped. */
  skipLogTo(seq: JsonValue | undefined): void {
    if (typeof seq === "number" && seq > this.#logCursor) this.#logCursor = seq;
  }

  /** Tell of what an event or a reply of the peer brings; what makes no sense is no news. */
  tell(message: JsonObject): void {
    const task = fromWireTask(message["task"]);
    if (task !== undefined && task.id === this.#watch.taskId) this.tellTask(task);
    const { entries } = message;
    if (!Array.isArray(entries)) return;
    for (const item of entries) {
      const entry = toLogEntry(item);
      if (entry !== undefined) this.tellLog(entry);
    }
  }
}

/** Watch a task of a peer, by as many requests as the time takes. */
export async function watchTask(
  link: PeerLink,
  watch: WatchTask,
  { signal }: CallOptions,
): Promise<WatchedTask | undefined> {
  const { taskId, timeoutMs = 60_000 } = watch;
  const { clock, limits } = link;
  const teller = new NewsTeller(watch);
  const endMs = clock.monotonicMs() + timeoutMs;
  for (;;) {
    const leftMs = endMs - clock.monotonicMs();
    const request = (waitMs: number) => ({
      op: "watch",
      "task_id": taskId,
      "timeout_s": waitMs / 1_000,
      after: teller.logCursor,
      stream: true,
    });
    const { message, peerId } = await link.ask(request, {
      signal,
      isRepeatable: true,
      waitMs: Math.max(0, Math.min(leftMs, limits.maxRequestWaitMs)),
      onEvent: (event) => teller.tell(event),
    });
    const task = parseTaskOf(message, taskId, { op: "watch", peerId });
    teller.tell({ entries: message["entries"] ?? null });
    teller.skipLogTo(message["cursor"]);
    if (task === undefined) return undefined;
    if (isTerminal(task.status)) teller.tellTask(task);
    if (isTerminal(task.status) || clock.monotonicMs() >= endMs) {
      return { task, logCursor: teller.logCursor };
    }
  }
}

/**
 * What can be told of a task whose queue cannot be watched: how it is now, progress if the peer tells
 * of it, and the end.
 */
export async function waitInstead(
  queue: Pick<TaskQueue, "get" | "wait">,
  watch: WatchTask,
  options: CallOptions,
): Promise<WatchedTask | undefined> {
  const { taskId, timeoutMs, afterLog = 0 } = watch;
  const teller = new NewsTeller(watch);
  const now = await queue.get(taskId, options);
  if (now === undefined) return undefined;
  teller.tellTask(now);
  const onProgress = (task: Task) => teller.tellTask(task);
  const task = isTerminal(now.status)
    ? now
    : await queue.wait({ taskId, timeoutMs, onProgress }, options);
  if (task === undefined) return undefined;
  teller.tellTask(task);
  return { task, logCursor: afterLog };
}

function toLogEntry(value: JsonValue): LogEntry | undefined {
  if (!isJsonObject(value)) return undefined;
  const { seq, at, stream, message } = value;
  if (typeof seq !== "number" || typeof at !== "number") return undefined;
  if (typeof stream !== "string" || typeof message !== "string") return undefined;
  return { seq, atMs: Math.round(at * 1_000), stream, message };
}
