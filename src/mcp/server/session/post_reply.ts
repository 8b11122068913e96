import { CancelReason, type DelayQueue, type TaskGroup } from "../../../concurrency/mod.ts";
import { encodeAnswer } from "../../protocol/encode_answer.ts";
import type { JsonRpcMessage, JsonRpcRequest } from "../../protocol/message.ts";
import type { Exchange, McpAnswer } from "../engine/mcp_service.ts";
import { toAcceptedTypes } from "../http/accepted_types.ts";
import type { EventStream } from "../http/event_stream.ts";
import { letRunWhile } from "../http/let_run_while.ts";
import { accept, refuseAsStopping } from "../http/refuse.ts";
import { toJsonResponse } from "../http/to_json_response.ts";
import type { Listeners } from "./listeners.ts";
import { refuseSession } from "./refuse_session.ts";
import type { SessionRequest } from "./session_endpoint.ts";
import type { SessionStream } from "./session_stream.ts";
import type { SessionUse } from "./session_slot.ts";

/** What all replies of an endpoint share. */
export interface PostReplyDeps {
  /** Owns what goes on after the response has begun. */
  readonly group: TaskGroup;
  /** Its delay is how long an answer may take before a stream is begun. */
  readonly slowAnswers: DelayQueue;
  /** Opens streams. */
  readonly listeners: Listeners;
  readonly maxResultBytes: number;
}

/** Requests of one session that were posted together. */
export interface PostedRequests {
  /** The session. */
  readonly use: SessionUse;
  /** What they came with. */
  readonly request: SessionRequest;
  /** The requests, one at least. */
  readonly requests: readonly JsonRpcRequest[];
}

/** A request's answer; `undefined` if it was cancelled. */
interface Answered {
  readonly request: JsonRpcRequest;
  readonly answer: McpAnswer | undefined;
}

/**
 * The reply to requests in a session: a JSON text if the answers are there soon and nothing comes before
 * them, else a stream of events that the client can come back to. Who hangs up cancels nothing.
 */
export class PostReply {
  readonly #deps: PostReplyDeps;
  readonly #posted: PostedRequests;
  readonly #mayStream: boolean;
  readonly #mustStream: boolean;
  readonly #answered: Answered[] = [];
  /** Made when somebody waits for it, as most replies need none. */
  #opened: PromiseWithResolvers<EventStream> | undefined;
  /** Awaited in the end by {@linkcode #finish}, whoever has begun it. */
  #opening: Promise<SessionStream> | undefined;
  #stream: SessionStream | undefined;
  #isDone = false;
  #isDetached = false;

  /**
   * @param deps What all replies share.
   * @param posted The requests.
   */
  constructor(deps: PostReplyDeps, posted: PostedRequests) {
    this.#deps = deps;
    this.#posted = posted;
    const accepted = toAcceptedTypes(posted.request.headers.get("accept"));
    this.#mustStream = accepted === "stream";
    this.#mayStream = accepted === "both" || this.#mustStream;
  }

  /**
   * Have the requests answered.
   *
   * @returns The response, at the latest when all answers are there.
   */
  async run(): Promise<Response> {
    const done = this.#answerAll(this.#posted.requests);
    await letRunWhile(() => !this.#isDone && this.#opening === undefined);
    if (!this.#isDone && this.#opening === undefined) await this.#waitForResponse(done);
    if (this.#opening === undefined && !this.#mustStreamAnswers) return this.#toResponse();
    const use = this.#posted.use.extend();
    this.#deps.group.spawn("mcp session stream", () => this.#finish(done, use));
    return (await this.#whenOpened.promise).response;
  }

  get #whenOpened(): PromiseWithResolvers<EventStream> {
    this.#opened ??= Promise.withResolvers();
    return this.#opened;
  }

  /** A client that has asked for nothing but a stream gets one, but a refusal keeps its status. */
  get #mustStreamAnswers(): boolean {
    return this.#mustStream && this.#answered.every(({ answer }) => answer?.httpStatus === 200);
  }

  async #answerAll(requests: readonly JsonRpcRequest[]): Promise<void> {
    const [first, ...others] = requests.map((request) => this.#answer(request));
    await first;
    if (others.length > 0) await Promise.all(others);
    this.#isDone = true;
  }

  async #answer(request: JsonRpcRequest): Promise<void> {
    const { engine } = this.#posted.use.session;
    const answer = await engine.answer(request, this.#toExchange());
    this.#answered.push({ request, answer });
    if (this.#opening !== undefined) await this.#sendAnswers(await this.#opening);
  }

  #toExchange(): Exchange {
    const { use: { session }, request: { principal } } = this.#posted;
    return {
      principal,
      signal: session.signal,
      send: (message) => this.#send(message),
      // Only a client that has a place to come back to will come back.
      ...(this.#mayStream && session.hasPriming && { detach: () => this.#detach() }),
    };
  }

  async #send(message: JsonRpcMessage): Promise<void> {
    const { session } = this.#posted.use;
    if (session.signal.aborted || this.#isDone) return;
    if (this.#mayStream) {
      const stream = await this.#open();
      await stream.send(JSON.stringify(message));
    } else if ("method" in message && "id" in message) {
      // The client has another stream for what we ask of it, or nobody will ever answer.
      await session.standalone.send(JSON.stringify(message));
    }
  }

  #detach(): void {
    this.#isDetached = true;
    if (this.#stream === undefined) this.#open();
    else this.#stream.close();
  }

  async #waitForResponse(done: Promise<void>): Promise<void> {
    const { signal } = this.#posted.request;
    const takeBack = this.#mayStream
      ? this.#deps.slowAnswers.add(() => {
        // Nobody is there to be told of a stream; the answers go nowhere.
        if (!signal.aborted) this.#open();
      })
      : undefined;
    await Promise.race([done, this.#whenOpened.promise]);
    takeBack?.();
  }

  #open(): Promise<SessionStream> {
    this.#opening ??= this.#openStream();
    return this.#opening;
  }

  async #openStream(): Promise<SessionStream> {
    const { use: { session }, requests } = this.#posted;
    const stream = await session.openStream(requests.map(({ id }) => id));
    const listener = this.#deps.listeners.open(this.#posted.use, { stream, afterSeq: stream.id });
    this.#stream = stream;
    if (this.#isDetached) stream.close();
    this.#whenOpened.resolve(listener);
    await this.#sendAnswers(stream);
    return stream;
  }

  #toResponse(): Response {
    const { use: { session }, request } = this.#posted;
    const answers = this.#answered.map(({ answer }) => answer).filter((answer) =>
      answer !== undefined
    );
    const [answer] = answers;
    if (answer === undefined) return toEmptyResponse(session.signal);
    return toJsonResponse(request.isBatch ? answers : answer, this.#deps.maxResultBytes);
  }

  async #finish(done: Promise<void>, use: Disposable): Promise<void> {
    using _use = use;
    await Promise.all([this.#open(), done]);
  }

  /** Those that are there and were not sent yet. */
  async #sendAnswers(stream: SessionStream): Promise<void> {
    const { session } = this.#posted.use;
    const { maxResultBytes } = this.#deps;
    for (let next = this.#answered.shift(); next !== undefined; next = this.#answered.shift()) {
      const { request: { id }, answer } = next;
      if (answer !== undefined) await stream.send(encodeAnswer(answer, maxResultBytes), id);
      // What is cut off by the end of the process is answered by the next.
      else if (!session.signal.aborted) await stream.settle(id);
    }
    session.forgetIfOver(stream);
  }
}

/** The response to requests that have no answer. */
function toEmptyResponse(signal: AbortSignal): Response {
  if (!signal.aborted) return accept();
  const { reason } = signal;
  const isStopping = reason instanceof CancelReason && reason.source === "shutdown";
  return isStopping ? refuseAsStopping() : refuseSession();
}
