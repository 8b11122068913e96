import type { JsonRpcNotification } from "../../protocol/message.ts";

/** News that wait behind a slow reader. Past that, newer ones replace the newest. */
const MAX_WAITING = 32;

/**
 * Sends the news of one request (progress, log messages) in order, one at a time, so that a tool that
 * reports faster than its caller reads costs no memory.
 */
export class NewsSender {
  readonly #send: (news: JsonRpcNotification) => Promise<void>;
  readonly #waiting: JsonRpcNotification[] = [];
  #sending: Promise<void> | undefined;
  #isClosed = false;

  /** @param send Sends one message; a failure of it means that nobody listens any more. */
  constructor(send: (news: JsonRpcNotification) => Promise<void>) {
    this.#send = send;
  }

  /**
   * Queue a message.
   *
   * @param news The message. Dropped after {@linkcode close}.
   */
  push(news: JsonRpcNotification): void {
    if (this.#isClosed) return;
    if (this.#waiting.length === MAX_WAITING) this.#waiting.pop();
    this.#waiting.push(news);
    this.#sending ??= this.#drain();
  }

  /**
   * Take no more, so that no news come after the result.
   *
   * @returns When what was queued has been sent; `undefined` if nothing waits.
   */
  close(): Promise<void> | undefined {
    this.#isClosed = true;
    return this.#sending;
  }

  async #drain(): Promise<void> {
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        await this.#send(next);
      }
    } catch {
      // The caller is gone. Its request is cancelled by the same event, and these are only news.
      this.#waiting.length = 0;
    } finally {
      this.#sending = undefined;
    }
  }
}
