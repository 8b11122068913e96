import type { Task } from "../../../src/task/mod.ts";

/** A leased task for tests. */
export function makeTask(members: Partial<Task> = {}): Task {
  return {
    id: "0123456789abcdef0123456789abcdef",
    type: "tool.call",
    model: "",
    payload: {},
    status: "running",
    priority: 5,
    attempt: 1,
    maxAttempts: 3,
    createdAtMs: 0,
    updatedAtMs: 0,
    notBeforeMs: 0,
    deadlineAtMs: null,
    lease: { worker: "w", token: "t:1:0000000000000000", untilMs: 30_000, isFenced: true },
    assignedWorker: "w",
    progress: null,
    result: null,
    error: null,
    failures: [],
    idempotencyKey: null,
    requires: [],
    affinity: null,
    logCount: 0,
    ...members,
  };
}
