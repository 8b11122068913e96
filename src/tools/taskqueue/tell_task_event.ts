import type { JsonObject } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import type { TaskEvent } from "../../taskqueue/mod.ts";
import type { Measure, ProgressTeller } from "../progress_teller.ts";

/**
 * Pass news of a task on: its state, with how far it is if its worker says that, or a line of its log.
 *
 * @param teller Tells the caller.
 * @param event The news.
 */
export function tellTaskEvent(teller: ProgressTeller, event: TaskEvent): void {
  if (event.kind === "log") {
    const { stream, message } = event.entry;
    return teller.tellLine(`${stream}: ${message}`);
  }
  const { task } = event;
  teller.tellState(describeTask(task), toMeasure(task.progress));
}

function describeTask({ status, progress, error }: Task): string {
  if (error !== null) return `${status}: ${error.message}`;
  if (progress === null) return status;
  // What a tool says, or what a model has written.
  const said = [progress["message"], progress["text"]].find((text) => typeof text === "string");
  return said === undefined ? `${status} ${JSON.stringify(progress)}` : `${status}: ${said}`;
}

/** What tools that run as tasks report, others may. */
function toMeasure(report: JsonObject | null): Measure | undefined {
  if (report === null) return undefined;
  const { progress, total } = report;
  if (typeof progress !== "number") return undefined;
  return typeof total === "number" && total > 0 ? { progress, total } : { progress };
}
