import type { Task } from "../../task/mod.ts";
import type { NewTask } from "../task_store.ts";

/** A task together with what only its store needs to know. */
export interface TaskRecord {
  /** The task as everyone sees it. */
  readonly task: Task;
  /**
   * Token of the newest attempt, kept after its end so that its holder may repeat a report whose
   * reply was lost and may learn of a cancellation. `null` once no report of it counts any more.
   */
  readonly lastToken: string | null;
}

/** A queued task, as it is when it has just been submitted. */
export function createRecord(input: NewTask): TaskRecord {
  const { nowMs, isIdChosen: _isIdChosen, ...fields } = input;
  return {
    task: {
      ...fields,
      status: "queued",
      attempt: 0,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      lease: null,
      assignedWorker: null,
      progress: null,
      result: null,
      error: null,
      failures: [],
      logCount: 0,
    },
    lastToken: null,
  };
}
