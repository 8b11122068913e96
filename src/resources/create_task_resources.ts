import { type Clock, systemClock } from "../concurrency/mod.ts";
import {
  InvalidCursorError,
  type ResourceContext,
  type ResourceDefinition,
  type ResourcePage,
  type ResourceProvider,
} from "../mcp/server/mod.ts";
import { type Task, TaskNotFoundError } from "../task/mod.ts";
import { askAtEdge, type TaskQueue, toWireTask } from "../taskqueue/mod.ts";
import { completeTaskId } from "./complete_task_id.ts";
import { CountsWatch } from "./counts_watch.ts";
import { readTaskLog } from "./read_task_log.ts";
import { createUriForm } from "./resource_uri.ts";
import { JSON_TYPE, toJsonContent } from "./to_json_content.ts";
import { watchTask } from "./watch_task.ts";

/** What {@linkcode createTaskResources} needs. */
export interface TaskResourcesDeps {
  /** Whose tasks. */
  readonly queue: TaskQueue;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

const COUNTS_URI = "queue://counts";
const taskForm = createUriForm("task://");
const logForm = createUriForm("task://", "/logs");

/** Tasks on a page of the list. */
const PAGE_TASKS = 100;

const COUNTS: ResourceDefinition = {
  uri: COUNTS_URI,
  name: "queue-counts",
  title: "Tasks by state",
  description: "How many tasks of the queue are in each state, in all and for each type.",
  mimeType: JSON_TYPE,
};

/**
 * The tasks of a queue as resources: `task://{id}`, `task://{id}/logs` and `queue://counts`, all JSON.
 * A client that watches one is told of changes of state and progress, of new lines of log, and of other
 * counts, the latter two at most once a second. Renewals of a lease alone are no change.
 *
 * @param deps The queue.
 * @returns The provider, for a server. It needs the scope `tasks:read`.
 *
 * @example Read a task
 * ```ts
 * import { createTaskResources } from "./mod.ts";
 * import { createLocalTaskQueue } from "../taskqueue/mod.ts";
 * import { createMemoryTaskStore } from "../store/memory/mod.ts";
 * import assert from "node:assert/strict";
 *
 * await using store = createMemoryTaskStore();
 * const queue = createLocalTaskQueue({ store, peerId: "me" });
 * const { taskId } = await queue.submit({ type: "double", payload: { n: 21 } });
 * const { signal } = new AbortController();
 * const contents = await createTaskResources({ queue }).read(`task://${taskId}`, { signal });
 * const [content] = contents ?? [];
 * assert.ok(content !== undefined && "text" in content);
 * assert.equal(JSON.parse(content.text).status, "queued");
 * ```
 */
export function createTaskResources(
  { queue, clock = systemClock }: TaskResourcesDeps,
): ResourceProvider {
  const countsWatch = new CountsWatch(queue, clock);
  return {
    scope: "tasks:read",
    templates: [
      {
        uriTemplate: taskForm.template,
        name: "task",
        title: "Task",
        description: "A task as it is now, with its progress and, once completed, its result.",
        mimeType: JSON_TYPE,
      },
      {
        uriTemplate: logForm.template,
        name: "task-logs",
        title: "Log of a task",
        description: "The newest lines of a task's log.",
        mimeType: JSON_TYPE,
      },
    ],
    list: ({ cursor }, context) => listTasks(queue, cursor, context),

    async read(uri, { signal }) {
      if (uri === COUNTS_URI) return toJsonContent(uri, await readCounts(queue, signal));
      const loggedId = logForm.idOf(uri);
      const taskId = taskForm.idOf(uri);
      const value = loggedId !== undefined
        ? await askAtEdge(() => readTaskLog(queue, loggedId, signal))
        : taskId !== undefined
        ? await askAtEdge(() => readTask(queue, taskId, signal))
        : undefined;
      return value && toJsonContent(uri, value);
    },

    watch(uri, options) {
      if (uri === COUNTS_URI) return countsWatch.watch(options);
      const loggedId = logForm.idOf(uri);
      const taskId = loggedId ?? taskForm.idOf(uri);
      if (taskId === undefined) return undefined;
      const part = loggedId === undefined ? "task" : "log";
      return watchTask(queue, { taskId, part }, { ...options, clock });
    },

    complete: (_template, { value }, { signal }) =>
      askAtEdge(() => completeTaskId(queue, value, signal)),
  };
}

async function listTasks(
  queue: TaskQueue,
  cursor: string | undefined,
  { signal }: ResourceContext,
): Promise<ResourcePage> {
  const query = { limit: PAGE_TASKS, afterTaskId: cursor };
  const tasks = await askAtEdge(() => queue.list(query, { signal })).catch((error) => {
    // The page before ended with a task that was pruned since.
    if (error instanceof TaskNotFoundError) throw new InvalidCursorError(cursor ?? "");
    throw error;
  });
  const resources = tasks.map(toDefinition);
  return {
    resources: cursor === undefined ? [COUNTS, ...resources] : resources,
    nextCursor: tasks.length < PAGE_TASKS ? undefined : tasks.at(-1)?.id,
  };
}

function toDefinition({ id, type, status }: Task): ResourceDefinition {
  return {
    uri: taskForm.toUri(id),
    name: id,
    title: `${type} (${status})`,
    mimeType: JSON_TYPE,
  };
}

async function readTask(queue: TaskQueue, taskId: string, signal: AbortSignal) {
  const task = await queue.get(taskId, { signal });
  return task && toWireTask(task);
}

async function readCounts(queue: TaskQueue, signal: AbortSignal) {
  const { total, byType } = await askAtEdge(() => queue.counts({ signal }));
  return { "peer_id": queue.peerId, counts: total, "by_type": Object.fromEntries(byType) };
}
