import type { JsonObject } from "../../codec/mod.ts";
import { type Clock, exponentialBackoffMs } from "../../concurrency/mod.ts";
import { AppError, toErrorMessage } from "../../error/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { ServerUnavailableError } from "../client/errors.ts";
import type { HttpRequests } from "./http_requests.ts";
import { readEvents } from "./read_answer.ts";

/** What an {@linkcode EventFollower} needs. */
export interface EventFollowerOptions {
  /** The server, for errors. */
  readonly name: string;
  readonly requests: HttpRequests;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Reads streams of events over lost connections. */
export class EventFollower {
  readonly #options: EventFollowerOptions;
  /** What the server has asked to wait before coming back. */
  #retryMs: number | undefined;

  constructor(options: EventFollowerOptions) {
    this.#options = options;
  }

  /**
   * Follows a stream. If it breaks off, it is taken up again where it was.
   *
   * @param first The stream of a request, which can be taken up again only if it names its events; or
   * nothing for the stream of what belongs to no request.
   * @param options How often in vain that is tried.
   * @returns The messages. It ends when the stream cannot be taken up again.
   * @throws {AppError} If the server refuses to.
   */
  async *follow(
    first: Response | undefined,
    { maxFailures, signal }: { readonly maxFailures: number; readonly signal: AbortSignal },
  ): AsyncGenerator<JsonObject, void, undefined> {
    const { name: server, requests, logger } = this.#options;
    const onRetry = (retryMs: number): void => {
      this.#retryMs = retryMs;
    };
    let response = first;
    let lastEventId: string | undefined;
    for (let failures = 1; failures <= maxFailures; failures++) {
      try {
        response ??= await requests.openStream(lastEventId, signal);
        for await (const { id, message } of readEvents(response, { server, onRetry })) {
          failures = 0;
          lastEventId = id ?? lastEventId;
          if (message !== undefined) yield message;
        }
      } catch (error) {
        signal.throwIfAborted();
        // What the server itself says it will say again, unless it is only starting.
        if (error instanceof AppError && !(error instanceof ServerUnavailableError)) throw error;
        logger.debug("Stream of events broken", { server, problem: toErrorMessage(error) });
      }
      if (first !== undefined && lastEventId === undefined) return;
      response = undefined;
      await this.#pause(Math.max(1, failures), signal);
    }
  }

  async #pause(failures: number, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    const delayMs = failures === 1 && this.#retryMs !== undefined
      ? this.#retryMs
      : exponentialBackoffMs(failures, { baseDelayMs: 500, maxDelayMs: 30_000, random });
    await clock.sleep(delayMs, { signal });
  }
}
