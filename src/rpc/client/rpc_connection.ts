import type { JsonObject } from "../../codec/mod.ts";
import { abortable, type Clock, type TaskGroup } from "../../concurrency/mod.ts";
import { AppError, toErrorMessage } from "../../error/mod.ts";
import type { Network, PeerTarget, Stream } from "../../network/mod.ts";
import { FrameChannel } from "../channel/frame_channel.ts";
import type { OutgoingFrame } from "../channel/frame_writer.ts";
import {
  MalformedMessageError,
  RpcClosedError,
  RpcRefusedError,
  RpcUnsupportedError,
  StreamAbandonedError,
} from "../errors.ts";
import { isRequestId, type RequestId } from "../messages.ts";
import { RPC_PROTOCOL, RpcMethod } from "../protocol.ts";
import type { RpcAnswer, RpcCall } from "../rpc_client.ts";
import type { CallLimit } from "./call_limit.ts";
import type { RpcClientLimits } from "./client_limits.ts";
import { initialize, unsupported } from "./initialize.ts";
import { isInitRequired, parseIncoming } from "./parse_answer.ts";

/** What a {@linkcode RpcConnection} needs. */
export interface RpcConnectionOptions {
  readonly network: Network;
  readonly target: PeerTarget;
  /** Send `initialize` first, and then one request at a time. */
  readonly isSequential: boolean;
  readonly clientInfo: { readonly name: string; readonly version: string };
  readonly limits: RpcClientLimits;
  readonly clock: Clock;
  /** Gives the next request id. */
  readonly nextId: () => number;
  /** Told when there is a free place on it, and when it is over. */
  readonly onChange: () => void;
}

/** Options of {@linkcode RpcConnection.call}. */
export interface ConnectionCallOptions {
  readonly onEvent: ((event: JsonObject) => void) | undefined;
  /** Gives up; the peer is told. */
  readonly limit: CallLimit;
}

/** The peer wants `initialize` first. It has not looked at any request. */
export class InitRequiredError extends RpcRefusedError {}

/** One stream to a peer, from the wish for it to its end, and the calls on it. */
export class RpcConnection {
  readonly isSequential: boolean;
  readonly #options: RpcConnectionOptions;
  readonly #pending = new Map<RequestId, Pending>();
  readonly #opened = Promise.withResolvers<FrameChannel>();
  /** Aborted when the stream is no longer wanted, with what its calls are to be told. */
  readonly #stop = new AbortController();
  readonly #maxCalls: number;
  #channel: FrameChannel | undefined;
  #idleTimer: Disposable | undefined;
  /** Frames that the peer takes on one stream, calls and what went before. */
  #frameLimit = Infinity;
  #maxFrameBytes = Infinity;
  #taken = 0;
  #inUse = 0;
  #isOver = false;

  /**
   * Begins to open the stream.
   *
   * @param group Owns the work.
   * @param options Where to.
   */
  constructor(group: TaskGroup, options: RpcConnectionOptions) {
    this.isSequential = options.isSequential;
    this.#options = options;
    this.#maxCalls = options.isSequential ? 1 : options.limits.maxInFlightPerStream;
    // Those who wait for it see its failure. If all have given up, nobody needs to.
    this.#opened.promise.catch(() => {});
    group.spawn("rpc connection", (signal) => this.#run(signal));
  }

  /** Whether nothing more can be sent on it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether another call may use it. */
  get hasPlace(): boolean {
    if (this.#isOver || this.isOutdated) return false;
    return this.#inUse < this.#maxCalls && this.#taken < this.#frameLimit;
  }

  /** Whether there is a better way to the peer by now: what is under way goes on, and nothing more begins. */
  get isOutdated(): boolean {
    return this.#channel?.isOutdated ?? false;
  }

  /** It is not needed any more: it ends with the last call on it. */
  retire(): void {
    if (this.#inUse === 0 && !this.#isOver) this.#end();
  }

  /** Takes a place on it, which there must be. */
  take(): void {
    this.#inUse++;
    this.#taken++;
  }

  /** Gives the place back. */
  leave(): void {
    this.#inUse--;
    if (this.#inUse === 0) {
      // A stream that nobody waits for is not opened, and one that is used up is of no use.
      const isUsedUp = this.#taken >= this.#frameLimit || this.isOutdated;
      if (this.#channel === undefined || isUsedUp) this.#end();
    }
    this.#options.onChange();
  }

  /**
   * Send a call and wait for its answer. The caller holds a place.
   *
   * @throws {InitRequiredError} If the peer wants something else first.
   * @throws {AppError} See `RpcClient.call`.
   */
  async call(call: RpcCall, options: ConnectionCallOptions): Promise<RpcAnswer> {
    const { limit, onEvent } = options;
    const channel = this.#channel ?? await abortable(this.#opened.promise, limit.signal);
    while (channel.isCongested) await abortable(channel.whenDrained(), limit.signal);
    limit.throwIfOver();
    if (this.#isOver) throw this.#closedError("the stream has ended", { isSent: false });
    const id = this.#options.nextId();
    const frame = this.#send(channel, toRequest(id, call));
    const { promise, resolve, reject } = Promise.withResolvers<RpcAnswer>();
    this.#pending.set(id, { frame, onEvent, resolve, reject });
    limit.onEnd = (reason) => this.#giveUp(id, reason);
    return await promise;
  }

  /** Never rejects: what goes wrong is told to those who wait. */
  async #run(outer: AbortSignal): Promise<void> {
    const onAbort = (): void => this.#stop.abort(new StreamAbandonedError("the client is closed"));
    if (outer.aborted) onAbort();
    outer.addEventListener("abort", onAbort, { once: true });
    try {
      const channel = await this.#open();
      this.#channel = channel;
      this.#opened.resolve(channel);
      this.#watchIdle(channel);
      await this.#finish(channel, await this.#readAll(channel));
    } catch (error) {
      const isStopped = this.#stop.signal.aborted && error === this.#stop.signal.reason;
      const reason = { isSent: false, cause: error };
      this.#opened.reject(isStopped ? this.#closedError(toErrorMessage(error), reason) : error);
    } finally {
      this.#isOver = true;
      outer.removeEventListener("abort", onAbort);
      this.#options.onChange();
    }
  }

  async #open(): Promise<FrameChannel> {
    const { limits, clock, clientInfo } = this.#options;
    const { signal } = this.#stop;
    const stream = await this.#openStream(signal);
    const maxIncomingBytes = limits.maxAnswerBytes;
    const channel = new FrameChannel(stream, { ...limits, maxIncomingBytes, clock });
    if (!this.isSequential) return channel;
    try {
      const allowance = await initialize(channel, { clientInfo, signal });
      this.#frameLimit = allowance.frames;
      this.#maxFrameBytes = allowance.maxFrameBytes;
      return channel;
    } catch (error) {
      channel.break(error);
      throw error;
    }
  }

  async #openStream(signal: AbortSignal): Promise<Stream> {
    const { network, target } = this.#options;
    try {
      return await network.openStream(target, RPC_PROTOCOL, { signal });
    } catch (error) {
      // The code and not the class: this folder must not load the network.
      if (!(error instanceof AppError) || error.code !== "protocol_unsupported") throw error;
      throw new RpcUnsupportedError(nameOf(target), "it does not serve the protocol", error);
    }
  }

  /** Hands answers to those who wait for them. Returns what to tell the others at the end. */
  async #readAll(channel: FrameChannel): Promise<StreamEnd> {
    const { signal } = this.#stop;
    try {
      for (let next = await channel.read(signal); next; next = await channel.read(signal)) {
        const end = this.#deliver(next);
        if (end !== undefined) return { error: end };
      }
      return { reason: "the peer has ended the stream" };
    } catch (cause) {
      return { reason: toErrorMessage(cause), cause };
    }
  }

  /** Returns the error if it is one that concerns all calls. */
  #deliver(message: JsonObject): Error | undefined {
    const incoming = parseIncoming(message);
    const peer = this.#channel?.peerId ?? "";
    if (incoming.kind === "envelope") return unsupported(peer);
    if (incoming.kind === "other") return undefined;
    const { id } = incoming;
    const pending = isRequestId(id) ? this.#pending.get(id) : undefined;
    if (incoming.kind === "refusal") {
      const { refusal } = incoming;
      if (isInitRequired(refusal) && !this.isSequential) {
        return new InitRequiredError(peer, refusal);
      }
      const error = new RpcRefusedError(peer, refusal);
      if (id === null) return error;
      this.#settle(id, () => pending?.reject(error));
    } else if (incoming.kind === "result") {
      const { content } = incoming;
      this.#settle(incoming.id, () => {
        if (content !== undefined) return pending?.resolve({ content, peerId: peer });
        pending?.reject(new MalformedMessageError("the answer has no object as content"));
      });
    } else if (pending !== undefined) {
      this.#tell(incoming.id, incoming.event, pending);
    }
    return undefined;
  }

  #settle(id: RequestId, settle: () => void): void {
    this.#pending.delete(id);
    settle();
  }

  #tell(id: RequestId, event: JsonObject, { onEvent }: Pending): void {
    try {
      onEvent?.(event);
    } catch (error) {
      this.#giveUp(id, error);
    }
  }

  /** Stops waiting, and tells the peer to stop working. */
  #giveUp(id: RequestId, reason: unknown): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.reject(reason);
    // A peer that answers in order is busy with what nobody wants: only another stream helps.
    if (this.isSequential) {
      this.#isOver = true;
      return this.#channel?.break(new StreamAbandonedError());
    }
    try {
      const params = { requestId: id };
      this.#channel?.send({ jsonrpc: "2.0", method: RpcMethod.cancelled, params });
    } catch (error) {
      // A broken stream tells the peer as much.
      this.#stop.abort(error);
    }
  }

  async #finish(channel: FrameChannel, end: StreamEnd): Promise<void> {
    this.#isOver = true;
    this.#idleTimer?.[Symbol.dispose]();
    this.#options.onChange();
    const isDue = this.#pending.size > 0;
    for (const { frame, reject } of this.#pending.values()) {
      const isSent = frame.state !== "waiting";
      reject("error" in end ? end.error : this.#closedError(end.reason, { ...end, isSent }));
    }
    this.#pending.clear();
    if (isDue) channel.break(new StreamAbandonedError());
    else await channel.close();
  }

  #send(channel: FrameChannel, request: JsonObject): OutgoingFrame {
    try {
      return channel.send(request, { maxFrameBytes: this.#maxFrameBytes });
    } catch (cause) {
      if (cause instanceof AppError && cause.code === "frame_too_large") throw cause;
      this.#isOver = true;
      throw this.#closedError("the stream is broken", { isSent: false, cause });
    }
  }

  /** Closes the stream when it has not been used for a while. */
  #watchIdle(channel: FrameChannel): void {
    const { clock, limits: { idleTimeoutMs } } = this.#options;
    const check = (): void => {
      const quietMs = clock.monotonicMs() - channel.lastActiveAtMs;
      if (this.#inUse === 0 && quietMs >= idleTimeoutMs) return this.#end();
      const waitMs = this.#inUse > 0 ? idleTimeoutMs : idleTimeoutMs - quietMs;
      this.#idleTimer = clock.setTimer(waitMs, check);
    };
    check();
  }

  /** Nobody uses it: it ends in good order. */
  #end(): void {
    this.#isOver = true;
    this.#stop.abort(new StreamAbandonedError("it is not used any more"));
  }

  #closedError(reason: string, options: { isSent: boolean; cause?: unknown }): RpcClosedError {
    const peer = this.#channel?.peerId ?? nameOf(this.#options.target);
    return new RpcClosedError(peer, { reason, ...options });
  }
}

/** A request that waits for its answer. */
interface Pending {
  readonly frame: OutgoingFrame;
  readonly onEvent: ((event: JsonObject) => void) | undefined;
  readonly resolve: (answer: RpcAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** How a stream ended: with an error for all calls, or just so. */
type StreamEnd =
  | { readonly error: Error }
  | { readonly reason: string; readonly cause?: unknown };

function toRequest(id: number, { name, args }: RpcCall): JsonObject {
  return { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } };
}

function nameOf(target: PeerTarget): string {
  return "peerId" in target ? target.peerId : target.multiaddr;
}
