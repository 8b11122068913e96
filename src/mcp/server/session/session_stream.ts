import type { SessionEvent, SessionStreamRecord } from "../../../store/mod.ts";
import type { RequestId } from "../../protocol/message.ts";
import type { EventStream } from "../http/event_stream.ts";
import { toEventId } from "./event_id.ts";
import type { EventLog } from "./event_log.ts";
import { Replay } from "./replay.ts";
import { lostAnswer } from "./session_errors.ts";

/** The stream of what belongs to no request. */
export const STANDALONE_ID = 0;

/** Says nothing, but has a number to come back to. */
const OPENING = "";

/** Texts that are remembered so that they are not said twice. */
const MAX_UNHEARD = 1_000;

/**
 * One stream of a session. It outlives the connections that it is read over: what is said is kept first
 * and sent then, and a client that comes back gets what it has missed.
 */
export class SessionStream {
  /** Different from that of all others in the session. */
  readonly id: number;
  readonly #log: EventLog;
  readonly #requests: readonly RequestId[];
  readonly #pending: Set<RequestId>;
  /** Texts that nobody has listened to yet; each is said once. */
  readonly #unheard = new Set<string>();
  #lastSeq: number;
  #keptSeq: number;
  #heardSeq: number;
  #listener: EventStream | undefined;
  /** Whether the listener has caught up. */
  #isLive = false;

  /**
   * @param record The stream as it is known, or as it begins.
   * @param log Where events are kept.
   */
  constructor(record: SessionStreamRecord, log: EventLog) {
    this.id = record.id;
    this.#log = log;
    this.#requests = record.requests;
    this.#pending = new Set(record.pending);
    this.#lastSeq = record.lastSeq;
    this.#keptSeq = record.lastSeq;
    this.#heardSeq = record.lastSeq;
  }

  /** Whether somebody listens. */
  get hasListener(): boolean {
    return this.#listener !== undefined;
  }

  /** The last event that a listener was sent, or that was there before this object. */
  get heardSeq(): number {
    return this.#heardSeq;
  }

  /** Requests whose answers it will bring. */
  get pending(): readonly RequestId[] {
    return [...this.#pending];
  }

  /** Whether it will say no more. */
  get isOver(): boolean {
    return this.id !== STANDALONE_ID && this.#pending.size === 0 && this.#isKept;
  }

  /** Whether somebody who is that far has heard everything that ever will be said. */
  isOverAt(seq: number): boolean {
    return this.isOver && seq >= this.#lastSeq;
  }

  /** Make it known to the store, so that it can be come back to. */
  async open(): Promise<void> {
    const event = { seq: this.id, previousSeq: 0, data: OPENING };
    await this.#log.append(this.#record, event);
  }

  /**
   * Say something. Never rejects.
   *
   * @param data The message as JSON.
   * @param answers The request that it is the answer of, if it is one. Only the first counts.
   * @returns When the next may be said.
   */
  async send(data: string, answers?: RequestId): Promise<void> {
    if (!this.#listener && this.id === STANDALONE_ID && this.#isWaiting(data)) return;
    if (answers !== undefined && !this.#pending.delete(answers)) return;
    const seq = this.#log.nextSeq();
    const previousSeq = this.#lastSeq;
    this.#lastSeq = seq;
    await this.#log.append(this.#record, { seq, previousSeq, data, answers });
    this.#keptSeq = seq;
    const sent = this.#isLive ? this.#sendLive({ seq, data }) : undefined;
    this.#closeIfOver();
    await sent;
  }

  /** Note that a request will get no answer. Never rejects. */
  async settle(id: RequestId): Promise<void> {
    this.#pending.delete(id);
    await this.#log.settle({ id: this.id, pending: this.pending });
    this.#closeIfOver();
  }

  /**
   * Have somebody listen, in the place of whoever did: first to what was said after an event, then to
   * what is said from now on. The listener is closed when nothing more will be said.
   *
   * @param listener Who listens.
   * @param afterSeq The last event that it knows.
   */
  async attach(listener: EventStream, afterSeq: number): Promise<void> {
    this.close();
    this.#listener = listener;
    this.#unheard.clear();
    const replay = new Replay(listener, { streamId: this.id, seq: afterSeq });
    for (;;) {
      const keptSeq = this.#keptSeq;
      const events = await this.#log.read(this.id, replay.seq);
      for (const event of events) {
        if (this.#listener !== listener || listener.isEnded) return;
        await replay.send(event);
      }
      if (this.#listener !== listener) return;
      if (events.length === 0 && keptSeq === this.#keptSeq) break;
    }
    // From here to the end nothing waits, so that no event comes between.
    const notices = this.#finishReplay(replay, listener);
    this.#isLive = true;
    this.#heardSeq = this.#keptSeq;
    this.#closeIfOver();
    await Promise.all(notices);
  }

  /** Forget a listener that has gone. */
  detach(listener: EventStream): void {
    if (this.#listener === listener) this.close();
  }

  /** Send the listener away; it may come back. */
  close(): void {
    this.#listener?.close();
    this.#listener = undefined;
    this.#isLive = false;
  }

  get #isKept(): boolean {
    return this.#keptSeq === this.#lastSeq;
  }

  get #record(): SessionStreamRecord {
    const { id, pending } = this;
    return { id, requests: this.#requests, pending, lastSeq: this.#lastSeq };
  }

  /** News of changes say the same again and again; whoever comes late needs to hear them once. */
  #isWaiting(data: string): boolean {
    if (this.#unheard.has(data)) return true;
    if (this.#unheard.size >= MAX_UNHEARD) this.#unheard.clear();
    this.#unheard.add(data);
    return false;
  }

  #sendLive({ seq, data }: Pick<SessionEvent, "seq" | "data">): Promise<void> | undefined {
    if (this.#listener === undefined || this.#listener.isEnded) return undefined;
    this.#heardSeq = seq;
    return this.#listener.send({ id: toEventId({ streamId: this.id, seq }), data });
  }

  #closeIfOver(): void {
    if (this.#isLive && this.isOver) this.close();
  }

  /** Tells of a gap at the end. Answers that are in a gap would be waited for in vain. */
  #finishReplay(replay: Replay, listener: EventStream): readonly Promise<void>[] {
    const notices: Promise<void>[] = [];
    if (this.#keptSeq > replay.seq) notices.push(replay.tellGap());
    if (!replay.hasGap) return notices;
    for (const id of this.#requests) {
      if (this.#pending.has(id) || replay.answered.has(id)) continue;
      notices.push(listener.send({ data: JSON.stringify(lostAnswer(id)) }));
    }
    return notices;
  }
}
