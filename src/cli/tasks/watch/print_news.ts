import type { JsonObject } from "../../../codec/mod.ts";
import type { ShownProgress } from "../../format_progress.ts";
import type { ResultFormat, Terminal } from "../../terminal.ts";
import { toPrintable } from "../../to_printable.ts";
import type { ShownTask } from "../shown_task.ts";
import type { News } from "./follow_task.ts";

/** How news is printed. */
export interface PrintNewsOptions {
  /** Where to. */
  readonly terminal: Terminal;
  /** Whether JSON is asked for. */
  readonly options: ResultFormat;
  /** Shows a person how far the task is. */
  readonly onProgress: (progress: ShownProgress) => void;
}

/**
 * Print what happened to a task: for a person, the log as it is and the state aside; for a program, a
 * line of JSON.
 *
 * @param news What happened.
 * @param printing How to print it.
 */
export function printNews(
  news: News,
  { terminal, options, onProgress }: PrintNewsOptions,
): void {
  if (options.json === true || !terminal.isInteractive) {
    const json = news.event === "log"
      ? { event: "log", ...news.line }
      : { event: "task", task: news.json };
    return terminal.writeOut(`${JSON.stringify(json)}\n`);
  }
  if (news.event === "log") return terminal.writeOut(`${toPrintable(news.line.message)}\n`);
  onProgress({ ...readMeasure(news.task.progress), message: describe(news.task) });
}

/** Tools that run as tasks say how much there is to do, if they know it. */
function readMeasure(report: JsonObject | null): ShownProgress {
  const { progress, total } = report ?? {};
  return typeof progress === "number" && typeof total === "number" ? { progress, total } : {};
}

function describe({ status, result, progress, error }: ShownTask): string {
  if (error !== null) return `${status}: ${error}`;
  const detail = result ?? progress;
  return detail === null ? status : `${status} ${JSON.stringify(detail)}`;
}
