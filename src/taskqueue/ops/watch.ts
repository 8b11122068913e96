import type { JsonObject } from "../../codec/mod.ts";
import { isTerminal, type LogEntry, type Task } from "../../task/mod.ts";
import type { LocalTaskQueue } from "../local/local_task_queue.ts";
import { millisecondsOf, numberOf } from "../protocol/coerce.ts";
import { fitTask, ReplyBudget } from "../protocol/fit_reply.ts";
import { toWireTask } from "../protocol/to_wire_task.ts";
import type { TaskEvent } from "../task_queue.ts";
import { toTaskReply } from "./get.ts";
import type { Op, OpCall } from "./op.ts";
import { parseWait, type WaitRequest } from "./wait.ts";

/** A watch of a task. */
export interface WatchRequest extends WaitRequest {
  /** Cursor of the log; `undefined` if the caller knows nothing of it. */
  readonly after: number | undefined;
  /** The newest state that the caller knows; epoch milliseconds. */
  readonly updatedAtMs: number | undefined;
}

/** Lines of log that go into one event at most, in lines and in UTF-16 units. */
const MAX_EVENT_LINES = 128;
const MAX_EVENT_LENGTH = 64 * 1024;
/** A larger result is left to the reply. */
const MAX_EVENT_RESULT_BYTES = 64 * 1024;
/** Room for lines of log in the reply of a long poll, and for the task beside them. */
const POLL_LOG_BYTES = 60_000;
const POLL_TASK_BYTES = 935_000;

/**
 * Tells of a task's states and of its log. With `stream`, as events before the reply, until the task
 * is final or the time has passed. Without, the reply brings what there is behind `after` and
 * `updated_at`; if there is nothing it waits until there is.
 */
export const watch: Op<WatchRequest> = {
  names: ["watch", "task.watch"],
  role: "submit",

  parse(message) {
    const after = numberOf(message, "after");
    return {
      ...parseWait(message),
      after: after === undefined ? undefined : Math.max(0, Math.trunc(after)),
      updatedAtMs: millisecondsOf(message, "updated_at"),
    };
  },

  async run(request, { queue }, call): Promise<JsonObject> {
    const timeoutMs = Math.min(request.timeoutMs, queue.limits.maxWaitMs);
    const limited = { ...request, timeoutMs };
    return await (request.isStreaming ? stream : poll)(queue, limited, call);
  },
};

async function stream(
  queue: LocalTaskQueue,
  { taskId, timeoutMs, after = 0 }: WatchRequest,
  call: OpCall,
): Promise<JsonObject> {
  const events = new WatchEvents(taskId, call);
  const watched = await queue.watch({
    taskId,
    timeoutMs,
    afterLog: after,
    onEvent: (event) => events.put(event),
  }, { signal: call.signal });
  return { ...toTaskReply(watched?.task), cursor: watched?.logCursor ?? after };
}

/** Sends news as events; lines of log several at a time. */
class WatchEvents {
  readonly #taskId: string;
  readonly #call: OpCall;
  #entries: LogEntry[] = [];
  #length = 0;

  constructor(taskId: string, call: OpCall) {
    this.#taskId = taskId;
    this.#call = call;
  }

  async put(event: TaskEvent): Promise<void> {
    if (event.kind === "log") {
      this.#entries.push(event.entry);
      this.#length += event.entry.message.length;
      const isFull = this.#entries.length >= MAX_EVENT_LINES || this.#length >= MAX_EVENT_LENGTH;
      if (!isFull) return;
      this.#flush();
    } else {
      // The state comes behind the lines that were reported with it.
      this.#flush();
      const task = toEventTask(event.task);
      this.#call.sendEvent({ event: "task", task }, { replaceKey: "task" });
    }
    await this.#call.whenSent?.();
  }

  #flush(): void {
    if (this.#entries.length === 0) return;
    const entries = this.#entries.map(toWireEntry);
    this.#entries = [];
    this.#length = 0;
    this.#call.sendEvent({ event: "log", "task_id": this.#taskId, entries });
  }
}

async function poll(
  queue: LocalTaskQueue,
  request: WatchRequest,
  call: OpCall,
): Promise<JsonObject> {
  const { taskId, timeoutMs, after = 0 } = request;
  const budget = new ReplyBudget(POLL_LOG_BYTES);
  const entries: JsonObject[] = [];
  let cursor = after;
  let isFull = false;
  const isNews = toNewsTest(request);
  const watched = await queue.watch({
    taskId,
    timeoutMs,
    afterLog: after,
    onEvent: (event) => {
      if (event.kind !== "log" || isFull) return;
      const entry = toWireEntry(event.entry);
      isFull = !budget.spend(entry);
      if (isFull) return;
      entries.push(entry);
      cursor = event.entry.seq;
    },
    isEnough: (task) => entries.length > 0 || isFull || isNews(task),
  }, timeoutMs === 0 ? {} : { signal: call.signal });
  if (!isFull) cursor = watched?.logCursor ?? after;
  const task = watched === undefined
    ? null
    : fitTask(toWireTask(watched.task), { maxBytes: POLL_TASK_BYTES });
  return { task, entries, cursor };
}

/** Whether a state is news to the caller: it knows the one it names, or the first one it is told. */
function toNewsTest({ after, updatedAtMs }: WatchRequest): (task: Task) => boolean {
  let known: string | undefined;
  if (after === undefined && updatedAtMs === undefined) return () => true;
  return (task) => {
    if (updatedAtMs !== undefined) return task.updatedAtMs > updatedAtMs;
    const state = `${task.status} ${task.updatedAtMs}`;
    known ??= state;
    return state !== known || isTerminal(task.status);
  };
}

function toEventTask(task: Task): JsonObject {
  const wireTask = { ...toWireTask(task), payload: {}, omitted: ["payload"] };
  return fitTask(wireTask, { maxResultBytes: MAX_EVENT_RESULT_BYTES });
}

function toWireEntry({ seq, atMs, stream, message }: LogEntry): JsonObject {
  return { seq, at: atMs / 1_000, stream, message };
}
