import type { SessionEvent } from "../../../store/mod.ts";
import type { RequestId } from "../../protocol/message.ts";
import type { EventStream } from "../http/event_stream.ts";
import { type EventPosition, toEventId } from "./event_id.ts";
import { gapNotice } from "./session_errors.ts";

/** Sends what was said before, and notices what is missing. */
export class Replay {
  readonly #listener: EventStream;
  readonly #streamId: number;
  readonly #answered = new Set<RequestId>();
  #seq: number;
  #hasGap = false;

  /**
   * @param listener Who has come back.
   * @param position How far it is.
   */
  constructor(listener: EventStream, { streamId, seq }: EventPosition) {
    this.#listener = listener;
    this.#streamId = streamId;
    this.#seq = seq;
  }

  /** How far the listener is. */
  get seq(): number {
    return this.#seq;
  }

  /** Whether something was missing. */
  get hasGap(): boolean {
    return this.#hasGap;
  }

  /** The requests whose answers were sent. */
  get answered(): ReadonlySet<RequestId> {
    return this.#answered;
  }

  /** Send the next event. Resolves when there is room for more. */
  async send({ seq, previousSeq, data, answers }: SessionEvent): Promise<void> {
    if (previousSeq > this.#seq) await this.tellGap();
    this.#seq = seq;
    if (answers !== undefined) this.#answered.add(answers);
    if (data === "") return;
    await this.#listener.send({ id: toEventId({ streamId: this.#streamId, seq }), data });
  }

  /** Tell the listener that something is missing, unless it knows. */
  async tellGap(): Promise<void> {
    if (this.#hasGap) return;
    this.#hasGap = true;
    await this.#listener.send({ data: JSON.stringify(gapNotice()) });
  }
}
