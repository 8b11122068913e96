import type { Failure } from "../terminal.ts";
import type { ShownTask } from "./shown_task.ts";

/**
 * The failure of asking for a task that does not exist.
 *
 * @param taskId The id that was asked for.
 * @returns The failure.
 */
export function noSuchTask(taskId: string): Failure {
  return {
    message: `Cannot find task as no task has this id: task "${taskId}"`,
    code: "task_not_found",
  };
}

/**
 * Why a task is not what was waited for.
 *
 * @param task The task.
 * @returns The failure; `undefined` if it has completed.
 */
export function toTaskFailure(task: ShownTask): Failure | undefined {
  const { status, error } = task;
  const taskId = task["task_id"];
  if (status === "completed") return undefined;
  if (status === "failed" || status === "cancelled") {
    const reason = error === null ? "" : `, error "${error}"`;
    return {
      message: `Cannot give result as the task has none: task "${taskId}" is ${status}${reason}`,
      code: task["error_code"] ?? status,
    };
  }
  return {
    message: `Cannot give result as the task has not ended: task "${taskId}" is ${status}`,
    code: "task_unfinished",
    hint: `It goes on: mcpp tasks wait ${taskId}`,
  };
}
