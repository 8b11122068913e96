import { toCanonicalJson } from "../../codec/mod.ts";
import { IdempotencyConflictError, type Task } from "../../task/mod.ts";
import type { NewTask } from "../task_store.ts";

/**
 * Make sure that a submission means the task that has its idempotency key or its chosen id already:
 * each name it gives is that task's, and the work is the same. Work is type, model, payload and
 * `requires`. Priority, delay, deadline, attempts and affinity only say how it is to be done.
 *
 * @param input The submission.
 * @param known The task that has its key or its id.
 * @throws {IdempotencyConflictError} If they are different work.
 */
export function assertSameWork(input: NewTask, known: Task): void {
  const { id, isIdChosen, idempotencyKey: key } = input;
  const isSameKey = key === null || key === known.idempotencyKey;
  const isSameId = !isIdChosen || id === known.id;
  if (isSameKey && isSameId && toWork(input) === toWork(known)) return;
  throw new IdempotencyConflictError(key ?? id, known.id);
}

function toWork({ type, model, payload, requires }: NewTask | Task): string {
  return toCanonicalJson([type, model, payload, requires]);
}
