import type { JsonObject } from "../../codec/mod.ts";
import { type Clock, retry } from "../../concurrency/mod.ts";
import type { PeerTarget } from "../../network/mod.ts";
import { RemoteError } from "../errors.ts";
import { fromErrorReply } from "../protocol/from_error_reply.ts";
import { isUnknownOp } from "./unknown_op.ts";
import { idOf, type PeerChannel, type Reply, type RequestOptions, toName } from "./peer_channel.ts";
import type { PeerMemory, PeerRecord } from "./peer_memory.ts";
import type { RemoteLimits } from "./remote_limits.ts";
import { isRetryable } from "./retry_policy.ts";

/** What a {@linkcode PeerLink} needs. */
export interface PeerLinkDeps {
  readonly target: PeerTarget;
  readonly channel: PeerChannel;
  readonly memory: PeerMemory;
  readonly token: string | undefined;
  readonly clock: Clock;
  readonly limits: RemoteLimits;
  /** Aborted when the client is disposed: nothing is sent again then. */
  readonly closing: AbortSignal;
}

/** How a request is sent. */
export interface AskOptions extends Pick<RequestOptions, "onEvent" | "signal"> {
  /** Whether doing it twice is the same as doing it once. */
  readonly isRepeatable: boolean;
  /** The peer may take this long before it answers. @default {0} */
  readonly waitMs?: number | undefined;
}

/** A request, or how it is written when there is so much time left to wait. */
export type Request = JsonObject | ((waitMs: number) => JsonObject);

/** One peer as its queue and its cache see it: asks with credentials, and again where that is safe. */
export class PeerLink {
  readonly clock: Clock;
  readonly limits: RemoteLimits;
  readonly #deps: PeerLinkDeps;
  readonly #name: string;
  #peerId: string;

  constructor(deps: PeerLinkDeps) {
    this.#deps = deps;
    this.clock = deps.clock;
    this.limits = deps.limits;
    this.#peerId = idOf(deps.target) ?? "";
    this.#name = this.#peerId || toName(deps.target);
  }

  /** The peer; empty while it is not known. */
  get peerId(): string {
    return this.#peerId;
  }

  /** What is known of the peer. */
  get record(): PeerRecord {
    return this.#deps.memory.recall(this.#name);
  }

  /**
   * Send a request, and again if it may be repeated and there is time left.
   *
   * @returns A reply whose `ok` is `true`.
   * @throws {RemoteError} If the peer refused; or the task's own error if it is about a task or lease.
   * @throws {PeerProtocolError} If the peer did not keep to the protocol.
   * @throws {PeerTimeoutError} If it did not answer in time.
   */
  async ask(request: Request, options: AskOptions): Promise<Reply> {
    const { isRepeatable, waitMs = 0, signal } = options;
    const { requestTimeoutMs, maxAttempts } = this.limits;
    const { clock } = this;
    signal?.throwIfAborted();
    const startMs = clock.monotonicMs();
    const budgetMs = requestTimeoutMs + waitMs;
    return await retry((_attempt, attemptSignal) => {
      const spentMs = clock.monotonicMs() - startMs;
      const message = typeof request === "function"
        ? request(Math.max(0, waitMs - spentMs))
        : request;
      return this.#askOnce(message, {
        timeoutMs: Math.max(1, budgetMs - spentMs),
        onEvent: options.onEvent,
        signal: attemptSignal,
      });
    }, {
      maxAttempts,
      budgetMs,
      isRetryable: (error) => !this.#deps.closing.aborted && isRetryable(error, isRepeatable),
      clock,
      signal,
    });
  }

  /**
   * Find out which program the peer is, unless that is known. It is asked to renew no lease at all,
   * which changes nothing: Python peers do not know the operation, others miss the task.
   */
  async identify(options: Pick<AskOptions, "signal"> = {}): Promise<"mcpp" | "python"> {
    const { kind } = this.record;
    if (kind !== undefined) return kind;
    try {
      await this.ask({ op: "renew" }, { ...options, isRepeatable: true });
    } catch (error) {
      if (isUnknownOp(error)) {
        this.record.missingOps.add("renew");
        return this.record.kind = "python";
      }
      const isIncomplete = error instanceof RemoteError && /^(missing|invalid)_/.test(error.code);
      if (!isIncomplete) throw error;
    }
    return this.record.kind = "mcpp";
  }

  /**
   * Send a request once, and give the reply as it is.
   *
   * @throws {PeerProtocolError} If the peer did not keep to the protocol.
   * @throws {PeerTimeoutError} If it did not answer in time.
   */
  async exchange(request: JsonObject, options: RequestOptions): Promise<Reply> {
    const { channel, token } = this.#deps;
    const message = token === undefined ? request : { ...request, token };
    const reply = await channel.request(message, options);
    this.#note(reply.peerId);
    return reply;
  }

  async #askOnce(request: JsonObject, options: RequestOptions): Promise<Reply> {
    const reply = await this.exchange(request, options);
    if (reply.message["ok"] === true) return reply;
    throw fromErrorReply(reply.message, {
      op: String(request["op"]),
      peerId: reply.peerId,
      message: request,
    });
  }

  #note(peerId: string): void {
    if (peerId === this.#peerId) return;
    this.#peerId = peerId;
    this.#deps.memory.identify(this.#name, peerId);
  }
}
