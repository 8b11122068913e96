import { LeaseLostError } from "../../task/mod.ts";
import type { ReleaseLease } from "../task_store.ts";
import { withFailure } from "./fail_attempt.ts";
import type { TaskRecord } from "./task_record.ts";

/**
 * Give a leased task back. The attempt is not counted, but the history tells of it.
 *
 * @throws {LeaseLostError} If the lease is not held with this token.
 */
export function releaseLease({ task, lastToken }: TaskRecord, release: ReleaseLease): TaskRecord {
  if (task.lease === null || lastToken !== release.token) throw new LeaseLostError(task.id);
  const failure = { code: "released", message: release.reason };
  return {
    task: {
      ...task,
      status: "queued",
      attempt: task.attempt - 1,
      updatedAtMs: release.nowMs,
      lease: null,
      failures: withFailure(task, failure, release.nowMs),
    },
    lastToken: null,
  };
}
