import { systemClock } from "../concurrency/mod.ts";
import { ANONYMOUS, hasScope, type Prompt, type PromptContext } from "../mcp/server/mod.ts";
import { type Task, TaskNotFoundError } from "../task/mod.ts";
import type { TaskQueue } from "../taskqueue/mod.ts";
import { completeArgument } from "./complete_argument.ts";
import type { PromptDeps } from "./deps.ts";
import { embedResources } from "./embed_resources.ts";
import { findWaitReasons, type WaitFacts } from "./find_wait_reasons.ts";
import { toFact } from "./to_fact.ts";
import { bulletList, userText } from "./user_text.ts";

/** Waiting tasks that are looked at, to see which are before one. */
const MAX_WAITING = 200;

/** Asks why a task waits, with everything that is known about it. */
export const diagnoseWaitingTask: Prompt<PromptDeps> = {
  name: "diagnose_waiting_task",
  title: "Diagnose a waiting task",
  description:
    "Find out why a task of this node's queue waits and what to do about it: the task, its log, who " +
    "could do it, and what is before it.",
  arguments: [{ name: "task_id", description: "The task.", required: true }],
  scope: "tasks:read",
  async get(deps, { "task_id": taskId = "" }, context) {
    const { queue, resources } = deps;
    const task = await queue.get(taskId, { signal: context.signal });
    if (task === undefined) throw new TaskNotFoundError(taskId);
    const reasons = findWaitReasons(await collectFacts(task, deps, context));
    const uri = `task://${encodeURIComponent(taskId)}`;
    const uris = [uri, ...task.logCount > 0 ? [`${uri}/logs`] : [], "queue://counts"];
    return [
      userText(
        `Say why task ${toFact(taskId)} has not ended yet, and what should be done.`,
        bulletList("What this node finds:", reasons),
        ADVICE,
      ),
      ...await embedResources(uris, { resources, context }),
    ];
  },
  complete: (deps, request, context) =>
    request.argument === "task_id"
      ? completeArgument("waiting_task", request, { deps, context })
      : [],
};

const ADVICE = `Check these findings against the task, its log and the counts below. Then name the \
reason in a sentence, and propose the least that helps:
- nothing, if it starts by itself soon;
- a worker for its type, or one that offers its tags: "mcpp worker" on a machine that can do it;
- another node: look with list_peers (include_capabilities true) for one that takes the type, submit \
the same work there with p2p_taskqueue_submit, and cancel this task with p2p_taskqueue_cancel;
- what is wrong with its payload, if its attempts fail for that: cancel it and submit it corrected.
Ask before you cancel or submit anything.`;

async function collectFacts(
  task: Task,
  { queue, neighbourhood, clock = systemClock }: PromptDeps,
  { principal = ANONYMOUS, signal }: PromptContext,
): Promise<WaitFacts> {
  const [{ taskTypes }, { byType }, ahead] = await Promise.all([
    queue.status({ signal }),
    queue.counts({ signal }),
    countAhead(queue, task, signal),
  ]);
  const knowsPeers = hasScope(principal, "peers:read");
  return {
    task,
    ownTypes: taskTypes,
    workers: knowsPeers ? neighbourhood?.workingPeers?.() ?? [] : [],
    ahead,
    running: byType.get(task.type)?.running ?? 0,
    nowMs: clock.now(),
  };
}

async function countAhead(queue: TaskQueue, task: Task, signal: AbortSignal): Promise<number> {
  if (task.status !== "queued") return 0;
  const query = { status: "queued", types: [task.type], limit: MAX_WAITING } as const;
  const waiting = await queue.list(query, { signal });
  const isOlder = ({ createdAtMs }: Task): boolean => createdAtMs < task.createdAtMs;
  return waiting.filter((other) =>
    other.id !== task.id &&
    (other.priority > task.priority || (other.priority === task.priority && isOlder(other)))
  ).length;
}
