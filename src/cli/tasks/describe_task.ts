import type { JsonObject } from "../../codec/mod.ts";
import { formatAge } from "../format_age.ts";
import type { ShownTask } from "./shown_task.ts";

/**
 * All about a task, for a person.
 *
 * @param task The task.
 * @param nowMs Now, in milliseconds since the epoch.
 * @returns One line for each thing that is known.
 */
export function describeTask(task: ShownTask, nowMs: number): string {
  const { priority, error } = task;
  const code = task["error_code"];
  const lines: readonly (readonly [string, string | null])[] = [
    ["Task", task["task_id"]],
    ["Type", task["task_type"]],
    ["Model", task["model_name"] || null],
    ["State", task.status],
    ["Priority", priority === null ? null : String(priority)],
    ["Attempt", describeAttempt(task)],
    ["Submitted", describeTime(task["created_at"], nowMs)],
    ["Changed", describeTime(task["updated_at"], nowMs)],
    ["Worker", task["assigned_worker"]],
    ["Input", describeObject(task.payload)],
    ["Progress", describeObject(task.progress)],
    ["Result", describeObject(task.result)],
    ["Error", error === null ? null : code === null ? error : `${error} [${code}]`],
  ];
  return lines.filter(([, value]) => value !== null)
    .map(([name, value]) => `${name.padEnd(10)} ${value ?? ""}`).join("\n");
}

function describeAttempt({ attempt, "max_attempts": maxAttempts }: ShownTask): string | null {
  if (attempt === null) return null;
  return maxAttempts === null ? String(attempt) : `${attempt} of ${maxAttempts}`;
}

function describeTime(atS: number, nowMs: number): string | null {
  if (atS === 0) return null;
  return `${new Date(atS * 1000).toISOString()} (${formatAge(atS, nowMs)} ago)`;
}

function describeObject(value: JsonObject | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
