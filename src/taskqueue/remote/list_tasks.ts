import { isJsonObject, type JsonObject } from "../../codec/mod.ts";
import { type Task, TaskNotFoundError } from "../../task/mod.ts";
import { toText } from "../protocol/coerce.ts";
import type { CallOptions, ListTasks } from "../task_queue.ts";
import { parseTasks } from "./parse_reply.ts";
import type { PeerLink } from "./peer_link.ts";
import { present } from "./requests.ts";

/** Python peers list no more tasks than this, and always from the first one on. */
const MAX_FOREIGN_PAGE = 1_000;

/** List tasks of a peer, by as many requests as its replies have no room for. */
export async function listTasks(
  link: PeerLink,
  query: ListTasks,
  options: CallOptions,
): Promise<readonly Task[]> {
  const { limit = 50 } = query;
  const tasks: Task[] = [];
  for (let after = query.afterTaskId;;) {
    const page = await askPage(link, { ...query, limit: limit - tasks.length, after }, options);
    if (after !== undefined && page.isForeign) return await pageOfAll(link, query, options);
    tasks.push(...page.tasks);
    after = page.nextAfter;
    if (after === undefined || page.tasks.length === 0 || tasks.length >= limit) return tasks;
  }
}

interface PageQuery extends Omit<ListTasks, "afterTaskId"> {
  readonly limit: number;
  readonly after: string | undefined;
}

interface Page {
  readonly tasks: readonly Task[];
  /** Where the next page begins; `undefined` if there is none. */
  readonly nextAfter: string | undefined;
  /** Whether it comes from a peer that knows nothing of pages. */
  readonly isForeign: boolean;
}

async function askPage(link: PeerLink, query: PageQuery, options: CallOptions): Promise<Page> {
  const { status, types = [], limit, after } = query;
  const request = {
    op: "list",
    status: status ?? null,
    limit,
    "task_types": types,
    ...present("after_task_id", after),
  };
  const { message, peerId } = await link.ask(request, { ...options, isRepeatable: true });
  const tasks = parseTasks(message["tasks"], { op: "list", peerId });
  const isCut = message["truncated"] === true;
  const nextAfter = isCut ? toText(message["next_after"]) || tasks.at(-1)?.id : undefined;
  return { tasks, nextAfter, isForeign: isForeignPage(message) };
}

/** Tasks of Python peers have no history. */
function isForeignPage({ tasks = [] }: JsonObject): boolean {
  if (!Array.isArray(tasks)) return false;
  return tasks.some((task) => isJsonObject(task) && !("failures" in task));
}

/** A page that is cut out here, as the peer does not do it. */
async function pageOfAll(
  link: PeerLink,
  query: ListTasks,
  options: CallOptions,
): Promise<readonly Task[]> {
  const { afterTaskId = "", limit = 50 } = query;
  const all = { ...query, limit: MAX_FOREIGN_PAGE, after: undefined };
  const { tasks } = await askPage(link, all, options);
  const index = tasks.findIndex(({ id }) => id === afterTaskId);
  if (index === -1) throw new TaskNotFoundError(afterTaskId);
  return tasks.slice(index + 1, index + 1 + limit);
}
