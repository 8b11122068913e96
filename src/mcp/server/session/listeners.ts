import type { Clock, TaskGroup } from "../../../concurrency/mod.ts";
import type { EventStream } from "../http/event_stream.ts";
import { openEventStream } from "../http/open_event_stream.ts";
import { toEventId } from "./event_id.ts";
import type { SessionUse } from "./session_slot.ts";
import { type SessionStream, STANDALONE_ID } from "./session_stream.ts";

/** What {@linkcode Listeners} need. */
export interface ListenersOptions {
  /** Owns each connection that events are sent over. */
  readonly group: TaskGroup;
  readonly keepAliveMs: number | undefined;
  /** How long clients wait before they come back. */
  readonly retryMs: number;
  readonly clock: Clock;
}

/** What is listened to. */
export interface Listening {
  /** The stream. */
  readonly stream: SessionStream;
  /** The last event that the client knows. */
  readonly afterSeq: number;
}

/** The connections that events are sent over. */
export class Listeners {
  readonly #options: ListenersOptions;
  /** Those to what belongs to no request. */
  readonly #idle = new Set<EventStream>();
  #isDraining = false;
  #count = 0;

  /** @param options Owner and pace. */
  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Whether there are to be no more to what belongs to no request. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** End those to what belongs to no request. */
  drain(): void {
    this.#isDraining = true;
    for (const listener of this.#idle) listener.close();
  }

  /**
   * Begin a response that brings the events of a stream, in the place of the one that did before.
   *
   * @param use The session; used until the response has ended.
   * @param listening The stream, and where it goes on.
   * @returns The response, and when it ends.
   */
  open(use: SessionUse, { stream, afterSeq }: Listening): EventStream {
    const { group, keepAliveMs, retryMs, clock } = this.#options;
    const listener = openEventStream({ keepAliveMs, clock });
    const sent: Promise<void>[] = [];
    if (use.session.hasPriming) {
      // Without an event the client would not know where to come back to.
      const id = toEventId({ streamId: stream.id, seq: afterSeq });
      sent.push(listener.send({ id, data: "", retryMs }));
    }
    // Begins now, so that nothing that is said from now on is missed.
    sent.push(stream.attach(listener, afterSeq));
    // The session may have ended while the stream was looked for: nobody else would close it then.
    if (use.session.isOver) stream.close();
    const extended = use.extend();
    this.#count++;
    if (stream.id === STANDALONE_ID) this.#idle.add(listener);
    group.spawn("mcp event stream", async () => {
      using _use = extended;
      await Promise.all(sent);
      await listener.ended;
      this.#idle.delete(listener);
      stream.detach(listener);
      use.session.forgetIfOver(stream);
      this.#count--;
    });
    return listener;
  }
}
