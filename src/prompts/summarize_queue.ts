import { systemClock } from "../concurrency/mod.ts";
import type { Prompt, PromptContext } from "../mcp/mod.ts";
import { type Task, TASK_STATUSES, type TaskStatus } from "../task/mod.ts";
import type { TaskQueue } from "../taskqueue/mod.ts";
import { completeArgument } from "./complete_argument.ts";
import type { PromptDeps } from "./deps.ts";
import { embedResources } from "./embed_resources.ts";
import { formatDuration } from "./format_duration.ts";
import { toFact, toFacts } from "./to_fact.ts";
import { bulletList, userText } from "./user_text.ts";

/** Tasks of a state that are looked at. */
const LOOKED_AT = 50;

/** Tasks of a state that are named. */
const NAMED = 10;

/** Failed tasks that are embedded whole. */
const EMBEDDED = 3;

/** Asks for a summary of a queue, with its counts and the tasks that need attention. */
export const summarizeQueue: Prompt<PromptDeps> = {
  name: "summarize_queue",
  title: "Summarize the queue",
  description:
    "Summarize how the queue of this node is doing: what runs, what waits, what fails and why, and " +
    "what should be done.",
  arguments: [{ name: "task_type", description: "Only tasks of this type. Absent: all." }],
  scope: "tasks:read",
  async get(deps, { "task_type": type }, context) {
    const { clock = systemClock } = deps;
    const nowMs = clock.now();
    const [waiting, running, failed] = await listAttention(deps.queue, type, context);
    const failedUris = failed.slice(-EMBEDDED).map(({ id }) => `task://${encodeURIComponent(id)}`);
    const uris = ["queue://counts", ...failedUris];
    return [
      userText(
        `Summarize for its owner how the task queue of this node is doing${
          type === undefined ? "" : `, for tasks of type ${toFact(type)}`
        }: what goes well, what waits, what fails and why, and what should be done, most urgent first. ` +
          `Keep to what is known here; say so where something is not known.`,
        await describeCounts(deps.queue, type, context),
        bulletList("Running longest:", running.slice(0, NAMED).map((task) => toRun(task, nowMs))),
        bulletList("Waiting longest:", waiting.slice(0, NAMED).map((task) => toWait(task, nowMs))),
        bulletList(toFailuresHead(failed), groupFailures(failed)),
      ),
      ...await embedResources(uris, { resources: deps.resources, context }),
    ];
  },
  complete: (deps, request, context) =>
    request.argument === "task_type"
      ? completeArgument("task_type", request, { deps, context })
      : [],
};

/** Tasks that wait, run and have failed, oldest first. */
function listAttention(
  queue: TaskQueue,
  type: string | undefined,
  { signal }: PromptContext,
): Promise<readonly [readonly Task[], readonly Task[], readonly Task[]]> {
  const types = type === undefined ? [] : [type];
  const list = (status: TaskStatus): Promise<readonly Task[]> =>
    queue.list({ status, types, limit: LOOKED_AT }, { signal });
  return Promise.all([list("queued"), list("running"), list("failed")]);
}

async function describeCounts(
  queue: TaskQueue,
  type: string | undefined,
  { signal }: PromptContext,
): Promise<string> {
  const [{ taskTypes }, { total, byType }] = await Promise.all([
    queue.status({ signal }),
    queue.counts({ signal }),
  ]);
  const counts = type === undefined ? total : byType.get(type);
  const line = TASK_STATUSES.map((status) => `${counts?.[status] ?? 0} ${status}`).join(", ");
  return `Now: ${line}. This node's worker takes ${toFacts(taskTypes, "nothing")}.`;
}

function toRun(
  { id, type, attempt, assignedWorker, progress, updatedAtMs, createdAtMs }: Task,
  nowMs: number,
): string {
  const told = progress === null ? "" : `; progress ${toFact(JSON.stringify(progress))}`;
  return `${toFact(id)} (${toFact(type)}), attempt ${attempt} on ${
    toFact(assignedWorker ?? "")
  }: ` +
    `submitted ${formatDuration(nowMs - createdAtMs)} ago, sign of life ` +
    `${formatDuration(nowMs - updatedAtMs)} ago${told}`;
}

function toWait({ id, type, attempt, maxAttempts, createdAtMs }: Task, nowMs: number): string {
  return `${toFact(id)} (${toFact(type)}): submitted ${formatDuration(nowMs - createdAtMs)} ago, ` +
    `${attempt} of ${maxAttempts} attempts made`;
}

/** Queues list from the oldest on: of many failures these may not be those that matter now. */
function toFailuresHead(failed: readonly Task[]): string {
  return failed.length < LOOKED_AT
    ? "Failures by code:"
    : `Failures by code, of the ${LOOKED_AT} oldest only:`;
}

/** Of the tasks that were looked at, the commonest code first. */
function groupFailures(failed: readonly Task[]): readonly string[] {
  const byCode = Map.groupBy(failed, ({ error }) => error?.code ?? "unknown");
  return [...byCode]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, NAMED)
    .map(([code, tasks]) =>
      `${tasks.length} with ${toFact(code)}, such as ${toFact(tasks.at(-1)?.error?.message ?? "")}`
    );
}
