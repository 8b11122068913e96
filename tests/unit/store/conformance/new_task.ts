import assert from "node:assert/strict";
import type { ClaimTasks, FinishAttempt, NewTask, TaskStore } from "../../../../src/store/mod.ts";
import type { Task } from "../../../../src/task/mod.ts";

/** How long a lease of these tests lasts. */
export const LEASE_MS = 1_000;

/** A good end of an attempt. */
export const COMPLETED = { status: "completed", result: { answer: 42 } } as const;

/** What a lease holder says with each report. */
export interface HeldLease {
  readonly taskId: string;
  readonly token: string;
}

let lastId = 0;

/** A task that can be inserted, with what a test cares about. */
export function newTask(fields: Partial<NewTask> = {}): NewTask {
  return {
    id: (++lastId).toString(16).padStart(32, "0"),
    isIdChosen: false,
    type: "text",
    model: "",
    payload: {},
    priority: 5,
    maxAttempts: 3,
    nowMs: 0,
    notBeforeMs: 0,
    deadlineAtMs: null,
    idempotencyKey: null,
    requires: [],
    affinity: null,
    ...fields,
  };
}

/** A wish for all tasks of the type that {@linkcode newTask} gives. */
export function newClaim(fields: Partial<ClaimTasks> = {}): ClaimTasks {
  return {
    worker: "w1",
    types: ["text"],
    offers: [],
    session: null,
    limit: 100,
    nowMs: 0,
    leaseMs: LEASE_MS,
    isFenced: true,
    maxRunningByType: new Map(),
    mayTake: undefined,
    ...fields,
  };
}

/** Inserts a task; returns its id. */
export async function insert(store: TaskStore, fields: Partial<NewTask> = {}): Promise<string> {
  return (await store.insert(newTask(fields))).task.id;
}

/** Claims, and returns the ids of what it got. */
export async function claimIds(
  store: TaskStore,
  fields: Partial<ClaimTasks> = {},
): Promise<readonly string[]> {
  return (await store.claim(newClaim(fields))).map(({ id }) => id);
}

/** Inserts a task and leases it to w1 at time 0. */
export async function claimOne(
  store: TaskStore,
  fields: Partial<NewTask> = {},
): Promise<HeldLease> {
  const id = await insert(store, fields);
  const task = (await store.claim(newClaim())).find((claimed) => claimed.id === id);
  return leaseOf(task);
}

/** The lease of a task that was just claimed. */
export function leaseOf(task: Task | undefined): HeldLease {
  assert.ok(task?.lease);
  return { taskId: task.id, token: task.lease.token };
}

type FailedOutcome = Extract<FinishAttempt["outcome"], { status: "failed" }>;

/** A bad end of an attempt. */
export function failed(fields: Partial<FailedOutcome> = {}): FailedOutcome {
  const error = { code: "executor_failed", message: "no luck" };
  return { status: "failed", error, retryable: true, backoffMs: 100, ...fields };
}

/** A back-off that shows for which attempt it was asked. */
export function backoffMs(attempt: number): number {
  return attempt * 100;
}
