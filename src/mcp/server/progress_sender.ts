import type { ToolProgress } from "../tool.ts";

/** Reports that wait behind a slow reader. Past that, newer ones replace the newest. */
const MAX_WAITING = 32;

/**
 * Sends progress in order, one report at a time, so that a tool that reports faster than its
 * caller reads costs no memory.
 */
export class ProgressSender {
  readonly #send: (progress: ToolProgress) => Promise<void>;
  readonly #waiting: ToolProgress[] = [];
  #sending: Promise<void> | undefined;

  /** @param send Sends one report; a failure of it means that nobody listens any more. */
  constructor(send: (progress: ToolProgress) => Promise<void>) {
    this.#send = send;
  }

  /**
   * Queue a report.
   *
   * @param progress The report.
   */
  report(progress: ToolProgress): void {
    if (this.#waiting.length === MAX_WAITING) this.#waiting.pop();
    this.#waiting.push(progress);
    this.#sending ??= this.#drain();
  }

  /** Waits until what was reported has been sent, so that no report comes after the result. */
  async flush(): Promise<void> {
    await this.#sending;
  }

  async #drain(): Promise<void> {
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        await this.#send(next);
      }
    } catch {
      // The caller is gone. Its call is cancelled by the same event, and reports are only news.
      this.#waiting.length = 0;
    } finally {
      this.#sending = undefined;
    }
  }
}
