import { type Clock, systemClock } from "../concurrency/mod.ts";
import { formatProgress, type ShownProgress } from "./format_progress.ts";
import type { StatusLine } from "./status_line.ts";
import type { Terminal } from "./terminal.ts";
import { toPrintable } from "./to_printable.ts";

/** Who waits less sees nothing, so that quick commands do not flicker. */
const DELAY_MS = 300;

/** Room for the spinner, and for the time at the end of the line. */
const RESERVED_COLUMNS = 14;

/** What is waited for, and where. */
export interface ShowProgressOptions {
  /** Where to. */
  readonly terminal: Terminal;
  /** What is waited for, until there is news. */
  readonly waitingFor: string;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/**
 * Show a person who waits at a terminal that something happens: a spinner, a bar if it is known how
 * much there is to do, the newest message, and the time. Where standard error is no terminal but
 * standard output is, each message is a line. A script's log stays clean.
 *
 * @param work What takes its time; tells how far it is.
 * @param options Where to, and what it is.
 * @returns What `work` returns; nothing is left on the terminal.
 */
export async function showProgress<T>(
  work: (onProgress: (progress: ShownProgress) => void) => Promise<T>,
  options: ShowProgressOptions,
): Promise<T> {
  const { terminal } = options;
  const { errColumns: columns } = terminal;
  if (
    columns === undefined || columns <= RESERVED_COLUMNS || terminal.openStatusLine === undefined
  ) {
    return await work(({ message }) => {
      if (!terminal.isInteractive || message === undefined) return;
      terminal.writeErr(`… ${toPrintable(message)}\n`);
    });
  }
  await using line = new LazyStatusLine(options, columns - RESERVED_COLUMNS);
  return await work((progress) => line.update(progress));
}

/** A status line that appears when the wait gets long. */
class LazyStatusLine implements AsyncDisposable {
  readonly #options: ShowProgressOptions;
  readonly #clock: Clock;
  readonly #width: number;
  readonly #startMs: number;
  readonly #delay: Disposable;
  #message: string;
  #text: string;
  #opening: Promise<StatusLine | undefined> | undefined;
  #line: StatusLine | undefined;

  constructor(options: ShowProgressOptions, width: number) {
    const { clock = systemClock, waitingFor } = options;
    this.#options = options;
    this.#clock = clock;
    this.#width = width;
    this.#startMs = clock.monotonicMs();
    this.#message = waitingFor;
    this.#text = formatProgress({ message: waitingFor }, width);
    this.#delay = clock.setTimer(DELAY_MS, () => {
      // A command that cannot show that it waits does its work all the same.
      this.#opening = this.#open().catch(() => undefined);
    });
  }

  /** Say how far it is; without a message, the one before stays. */
  update({ message = this.#message, ...measure }: ShownProgress): void {
    this.#message = message;
    this.#text = formatProgress({ ...measure, message }, this.#width);
    this.#line?.setText(this.#text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#delay[Symbol.dispose]();
    const line = await this.#opening;
    line?.[Symbol.dispose]();
  }

  async #open(): Promise<StatusLine | undefined> {
    const line = await this.#options.terminal.openStatusLine?.({
      text: this.#text,
      suffix: () => formatElapsed(this.#clock.monotonicMs() - this.#startMs),
    });
    line?.setText(this.#text);
    this.#line = line;
    return line;
  }
}

function formatElapsed(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} min`;
}
