import type { LogEntry, Task } from "../../task/mod.ts";
import type { TaskEvent } from "../../taskqueue/mod.ts";
import type { ProgressTeller } from "../progress_teller.ts";
import { tellTaskEvent } from "./tell_task_event.ts";

/** A line of a task's log in results. */
export interface WireLogEntry {
  /** Counts from 1. */
  readonly seq: number;
  /** When the queue took it, in seconds since the epoch. */
  readonly at: number;
  /** Where it comes from, such as `stdout`. */
  readonly stream: string;
  /** The line. */
  readonly message: string;
}

/** What is news, and how much of it is kept. */
export interface TaskNewsOptions {
  /** Lines of log up to here are known. */
  readonly after: number;
  /** A task that changed then or before is known; seconds since the epoch. */
  readonly "updated_after": number;
  /** Lines to keep. */
  readonly "max_logs": number;
}

/** The lines that are kept have no more characters than this, so that the result stays small. */
const MAX_LOG_CHARACTERS = 256_000;

/** Collects what a watched task tells, and passes it on as progress. */
export class TaskNews {
  readonly #options: TaskNewsOptions;
  readonly #teller: ProgressTeller;
  readonly #logs: WireLogEntry[] = [];
  #characters = 0;
  #isFull = false;
  #task: Task | undefined;
  #hasChanged = false;

  /**
   * @param options What is news, and how much of it is kept.
   * @param teller Told of each piece of news.
   */
  constructor(options: TaskNewsOptions, teller: ProgressTeller) {
    this.#options = options;
    this.#teller = teller;
  }

  /** The task as it was last told. */
  get task(): Task | undefined {
    return this.#task;
  }

  /** Whether something was told that was not known. */
  get hasNews(): boolean {
    return this.#hasChanged || this.#logs.length > 0;
  }

  /** Take a piece of news. */
  take(event: TaskEvent): void {
    tellTaskEvent(this.#teller, event);
    if (event.kind === "log") return this.#takeLog(event.entry);
    const { task } = event;
    this.#task = task;
    if (task.updatedAtMs / 1000 > this.#options["updated_after"]) this.#hasChanged = true;
  }

  /** The lines that were kept, and where to go on. */
  toMembers(): { logs: readonly WireLogEntry[]; cursor: number; more: boolean } {
    const cursor = this.#logs.at(-1)?.seq ?? this.#options.after;
    return { logs: this.#logs, cursor, more: this.#isFull };
  }

  /** Lines that are not kept are told all the same, and stay behind the cursor. */
  #takeLog({ seq, atMs, stream, message }: LogEntry): void {
    this.#isFull ||= this.#logs.length >= this.#options["max_logs"] ||
      this.#logs.length > 0 && this.#characters + message.length > MAX_LOG_CHARACTERS;
    if (this.#isFull) return;
    this.#characters += message.length;
    this.#logs.push({ seq, at: atMs / 1000, stream, message });
  }
}
