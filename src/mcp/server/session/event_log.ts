import type { Clock } from "../../../concurrency/mod.ts";
import type {
  EventBounds,
  SessionEvent,
  SessionStore,
  SessionStreamRecord,
} from "../../../store/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";

/** Events that are read together. */
const PAGE = 100;

/** What an {@linkcode EventLog} needs. */
export interface EventLogOptions {
  /** Whose events they are. */
  readonly sessionId: string;
  /** Where they are kept. */
  readonly store: SessionStore;
  /** How much is kept. */
  readonly bounds: EventBounds;
  /** The number of the last event. */
  readonly lastSeq: number;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * Keeps what the streams of one session say. A store that fails takes nobody's answer away: it only
 * cannot be asked for again.
 */
export class EventLog {
  readonly #options: EventLogOptions;
  #lastSeq: number;
  #isFailing = false;

  /** @param options Session and store. */
  constructor(options: EventLogOptions) {
    this.#options = options;
    this.#lastSeq = options.lastSeq;
  }

  /**
   * The number of a new event. It is the time, so that numbers do not come again even if the store has
   * lost its last events to a power cut.
   */
  nextSeq(): number {
    this.#lastSeq = Math.max(this.#lastSeq + 1, this.#options.clock.now());
    return this.#lastSeq;
  }

  /** Keep an event and the stream it is on. Never rejects. */
  async append(stream: SessionStreamRecord, event: SessionEvent): Promise<void> {
    const { sessionId, store, bounds, logger } = this.#options;
    try {
      await store.append({ sessionId, stream, event, bounds });
      this.#isFailing = false;
    } catch (error) {
      // A full disk is worth one warning, not one for each event.
      if (!this.#isFailing) logger.warn("Session event could not be kept", { error });
      this.#isFailing = true;
    }
  }

  /** Note which requests of a stream will still be answered. Never rejects. */
  async settle(stream: Pick<SessionStreamRecord, "id" | "pending">): Promise<void> {
    const { sessionId, store, logger } = this.#options;
    try {
      await store.settle(sessionId, stream);
    } catch (error) {
      logger.warn("Session stream could not be kept", { error });
    }
  }

  /** The next events of a stream; none if the store fails. */
  async read(streamId: number, afterSeq: number): Promise<readonly SessionEvent[]> {
    const { sessionId, store, logger } = this.#options;
    try {
      return await store.readEvents(sessionId, { streamId, afterSeq, limit: PAGE });
    } catch (error) {
      logger.warn("Session events could not be read", { error });
      return [];
    }
  }
}
