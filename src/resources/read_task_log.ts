import type { JsonObject } from "../codec/mod.ts";
import type { LogEntry } from "../task/mod.ts";
import type { TaskQueue } from "../taskqueue/mod.ts";

/** The lines that are shown have no more characters than this, so that a model can read them. */
const MAX_CHARACTERS = 256_000;

/**
 * The newest lines of a task's log.
 *
 * @param queue Who has the task.
 * @param taskId The task.
 * @param signal Gives up.
 * @returns The lines, oldest first, and how many older ones are not shown; `undefined` if there is no
 * such task.
 */
export async function readTaskLog(
  queue: TaskQueue,
  taskId: string,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  const lines = new NewestLines();
  const watched = await queue.watch({
    taskId,
    timeoutMs: 0,
    onEvent: (event) => {
      if (event.kind === "log") lines.add(event.entry);
    },
  }, { signal });
  if (watched === undefined) return undefined;
  const { task } = watched;
  const shown = lines.toArray();
  return {
    "task_id": task.id,
    status: task.status,
    lines: shown.map(({ seq, atMs, stream, message }) => ({
      seq,
      at: atMs / 1_000,
      stream,
      message,
    })),
    omitted: task.logCount - shown.length,
  };
}

/** The last lines of many, as far as there is room. */
class NewestLines {
  readonly #lines: LogEntry[] = [];
  #start = 0;
  #characters = 0;

  add(entry: LogEntry): void {
    this.#lines.push(entry);
    this.#characters += entry.message.length;
    while (this.#characters > MAX_CHARACTERS && this.#start < this.#lines.length - 1) {
      this.#characters -= this.#lines[this.#start]?.message.length ?? 0;
      this.#start++;
    }
    if (this.#start <= this.#lines.length / 2) return;
    this.#lines.splice(0, this.#start);
    this.#start = 0;
  }

  toArray(): readonly LogEntry[] {
    return this.#lines.slice(this.#start);
  }
}
