import type { CancelReason } from "../../../concurrency/mod.ts";
import type { FoundSession } from "../../../store/mod.ts";
import type { JsonRpcResponse, RequestId } from "../../protocol/message.ts";
import type { McpService, McpSession, SessionState } from "../engine/mcp_service.ts";
import { EventLog, type EventLogOptions } from "./event_log.ts";
import { restartedAnswer, stoppingAnswer } from "./session_errors.ts";
import { SessionStream, STANDALONE_ID } from "./session_stream.ts";

/** Clients from this revision on take an event without data, to have something to come back to. */
const FIRST_WITH_PRIMING = "2025-11-25";

/** What a {@linkcode LiveSession} needs. */
export interface LiveSessionOptions extends Omit<EventLogOptions, "lastSeq" | "sessionId"> {
  /** Does what the session asks for. */
  readonly service: McpService;
}

/**
 * A session in memory: what the engine knows of it, and its streams. All else about it is in the store,
 * so that it can be dropped here at any time when nothing runs in it.
 */
export class LiveSession {
  /** As the client names it. */
  readonly id: string;
  /** Does what the client asks for. */
  readonly engine: McpSession;
  /** The stream of what belongs to no request. */
  readonly standalone: SessionStream;
  readonly #options: LiveSessionOptions;
  readonly #log: EventLog;
  readonly #controller = new AbortController();
  /** Those that have something to say, or somebody who listens. */
  readonly #streams = new Map<number, SessionStream>();
  /** Whether the store knows it, so that changes have to be written. */
  #isKept = false;
  #isOver = false;
  #saving: Promise<void> | undefined;

  /**
   * @param id As the client names it.
   * @param options Engine and store.
   * @param found What was kept of it. @default {undefined} it begins
   */
  constructor(id: string, options: LiveSessionOptions, found?: FoundSession) {
    this.id = id;
    this.#options = options;
    this.#isKept = found !== undefined;
    this.#log = new EventLog({ ...options, sessionId: id, lastSeq: found?.lastSeq ?? 0 });
    for (const record of found?.streams ?? []) {
      this.#streams.set(record.id, new SessionStream(record, this.#log));
    }
    this.standalone = this.#streams.get(STANDALONE_ID) ?? this.#createStandalone();
    this.engine = options.service.openSession({
      send: (message) => this.standalone.send(JSON.stringify(message)),
      onStateChange: (state) => this.#save(state),
    }, found === undefined ? undefined : JSON.parse(found.state));
  }

  /** Aborted when the session is ended or put aside. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether its streams were closed, for good. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether clients can be given a place to come back to before the first event. */
  get hasPriming(): boolean {
    return (this.engine.state.protocolVersion ?? "") >= FIRST_WITH_PRIMING;
  }

  /** Note that the store knows the session now. */
  markKept(): void {
    this.#isKept = true;
  }

  /**
   * Tell what cannot have been told while nobody had the session in memory: that requests went down with
   * the process, and that anything that the client watches may have changed.
   */
  async catchUp(): Promise<void> {
    await this.#answerAll(restartedAnswer);
    await Promise.all(this.engine.state.subscriptions.map((uri) => {
      const params = { uri };
      const message = { jsonrpc: "2.0", method: "notifications/resources/updated", params };
      return this.standalone.send(JSON.stringify(message));
    }));
  }

  /**
   * Open a stream for the answers to requests.
   *
   * @param requests Their ids.
   * @returns The stream, known to the store.
   */
  async openStream(requests: readonly RequestId[]): Promise<SessionStream> {
    const id = this.#log.nextSeq();
    const stream = new SessionStream({ id, requests, pending: requests, lastSeq: id }, this.#log);
    this.#streams.set(id, stream);
    await stream.open();
    return stream;
  }

  /**
   * Find a stream that somebody comes back to.
   *
   * @param id The stream's.
   * @returns The stream; `undefined` if there is none, or nothing of it is kept any more.
   */
  async findStream(id: number): Promise<SessionStream | undefined> {
    const known = this.#streams.get(id);
    if (known !== undefined) return known;
    const record = await this.#options.store.findStream(this.id, id);
    if (record === undefined) return undefined;
    const stream = this.#streams.get(id) ?? new SessionStream(record, this.#log);
    this.#streams.set(id, stream);
    return stream;
  }

  /** Drop a stream from memory if nobody listens and there is nothing more to say. */
  forgetIfOver(stream: SessionStream): void {
    if (stream.isOver && !stream.hasListener) this.#streams.delete(stream.id);
  }

  /** Resolves when the store has what the session remembers. */
  async saved(): Promise<void> {
    await this.#saving;
  }

  /**
   * End what is in memory: streams are closed and what runs is cancelled.
   *
   * @param reason Why.
   * @returns When all work has ended.
   */
  async stop(reason: CancelReason): Promise<void> {
    this.#controller.abort(reason);
    if (reason.source === "shutdown") await this.#answerAll(stoppingAnswer);
    this.#isOver = true;
    for (const stream of this.#streams.values()) stream.close();
    await this.engine[Symbol.asyncDispose]();
    await this.#saving;
  }

  /** Answers what has no answer yet. */
  async #answerAll(toAnswer: (id: RequestId) => JsonRpcResponse): Promise<void> {
    for (const stream of [...this.#streams.values()]) {
      await Promise.all(
        stream.pending.map((id) => stream.send(JSON.stringify(toAnswer(id)), id)),
      );
      this.forgetIfOver(stream);
    }
  }

  #createStandalone(): SessionStream {
    const record = { id: STANDALONE_ID, requests: [], pending: [], lastSeq: 0 };
    const stream = new SessionStream(record, this.#log);
    this.#streams.set(STANDALONE_ID, stream);
    return stream;
  }

  /** The store writes in order, so that the last write ends last. */
  #save(state: SessionState): void {
    if (this.#isKept) this.#saving = this.#write(JSON.stringify(state));
  }

  async #write(state: string): Promise<void> {
    const { store, logger } = this.#options;
    try {
      await store.saveState(this.id, state);
    } catch (error) {
      logger.warn("Session state could not be kept", { error });
    }
  }
}
