import { isTerminal, type Task } from "../task/mod.ts";
import type { WorkingPeer } from "../tools/mod.ts";
import { formatDuration } from "./format_duration.ts";
import { toFact, toFacts } from "./to_fact.ts";

/** What is known when it is asked why a task waits. */
export interface WaitFacts {
  /** The task. */
  readonly task: Task;
  /** Types that the queue's own worker takes. */
  readonly ownTypes: readonly string[];
  /** Peers that have lately asked for work. */
  readonly workers: readonly WorkingPeer[];
  /** Tasks of its type that are claimed before it, as far as was looked. */
  readonly ahead: number;
  /** Tasks of its type that run. */
  readonly running: number;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/**
 * Why a task waits, or that it does not.
 *
 * @param facts What is known.
 * @returns Sentences, the most certain reasons first.
 */
export function findWaitReasons(facts: WaitFacts): readonly string[] {
  const { task, nowMs } = facts;
  if (isTerminal(task.status)) return [describeEnd(task)];
  if (task.status === "running") return [describeRun(task, nowMs)];
  const reasons = [
    ...findPause(facts),
    ...findMissingWorkers(facts),
    ...findPreference(facts),
    ...findCrowd(facts),
  ];
  const limits = findDeadline(facts);
  return reasons.length > 0 ? [...reasons, ...limits] : [
    "Nothing holds it back as far as this node knows: a worker that takes its type may claim it at " +
    "any moment.",
    ...limits,
  ];
}

function describeEnd({ status, error }: Task): string {
  const head = `It does not wait: it is ${status}`;
  return error === null ? `${head}.` : `${head}, ${toFact(error.code)}: ${toFact(error.message)}.`;
}

function describeRun({ attempt, assignedWorker, lease, updatedAtMs }: Task, nowMs: number): string {
  const end = lease === null
    ? ""
    : `; its lease ends in ${formatDuration(lease.untilMs - nowMs)} unless it is renewed`;
  return `It does not wait: worker ${
    toFact(assignedWorker ?? "")
  } runs attempt ${attempt}, and gave ` +
    `a sign of life ${formatDuration(nowMs - updatedAtMs)} ago${end}.`;
}

function findPause({ task, nowMs }: WaitFacts): readonly string[] {
  const { notBeforeMs, attempt, maxAttempts, failures } = task;
  if (notBeforeMs <= nowMs) return [];
  const pause = formatDuration(notBeforeMs - nowMs);
  const last = failures.at(-1);
  return last === undefined ? [`It was submitted to start later: in ${pause}.`] : [
    `Attempt ${attempt} of ${maxAttempts} failed with ${toFact(last.code)}: ` +
    `${toFact(last.message)}. The next one may begin in ${pause}.`,
  ];
}

function findMissingWorkers({ task, ownTypes, workers }: WaitFacts): readonly string[] {
  const { type, requires, model } = task;
  const takers = workers.filter(({ taskTypes }) =>
    taskTypes.length === 0 || taskTypes.includes(type)
  );
  const reasons: string[] = [];
  if (takers.length === 0 && !ownTypes.includes(type)) {
    reasons.push(
      `No worker that this node knows takes its type ${toFact(type)}: this node's worker takes ` +
        `${
          toFacts(ownTypes, "nothing")
        }, and ${workers.length} peers have asked for work lately, ` +
        `none for this type.`,
    );
  }
  if (requires.length > 0) {
    reasons.push(
      `Only a worker that offers all of these tags may take it: ${toFacts(requires, "")}. Which ` +
        `workers do is not known here.`,
    );
  }
  if (model !== "") reasons.push(`It asks for the model ${toFact(model)}.`);
  return reasons;
}

function findPreference({ task: { affinity }, nowMs }: WaitFacts): readonly string[] {
  if (affinity === null || affinity.untilMs <= nowMs) return [];
  const { worker, session, untilMs } = affinity;
  const whom = [
    ...worker === null ? [] : [`the worker ${toFact(worker)}`],
    ...session === null ? [] : [`the session ${toFact(session)}`],
  ].join(" in ");
  return [`It is kept for ${whom} for another ${formatDuration(untilMs - nowMs)}.`];
}

function findCrowd({ ahead, running }: WaitFacts): readonly string[] {
  if (ahead === 0) return [];
  return [
    `${ahead} tasks of its type are claimed before it, by priority and age; ${running} run now.`,
  ];
}

function findDeadline({ task: { deadlineAtMs }, nowMs }: WaitFacts): readonly string[] {
  if (deadlineAtMs === null) return [];
  return [`It fails unless it is done in ${formatDuration(deadlineAtMs - nowMs)}.`];
}
