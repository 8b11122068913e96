import type { JsonObject } from "../../codec/mod.ts";
import { type Clock, shield } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { FrameChannel } from "../channel/frame_channel.ts";
import type { OutgoingFrame } from "../channel/frame_writer.ts";
import { StreamAbandonedError } from "../errors.ts";
import type { RpcToolCall, SendEventOptions } from "./rpc_tool.ts";

/** How long taking back what a caller did not get may take. */
const UNDO_TIMEOUT_MS = 5_000;
/** Events of one call that may wait behind a slow reader. */
const MAX_WAITING_EVENTS = 1_024;

/** What a {@linkcode DirectCall} needs. */
export interface DirectCallOptions {
  readonly channel: FrameChannel;
  /** Makes the message of an event; `undefined` if the caller has not asked for events. */
  readonly toEventMessage: ((event: JsonObject) => JsonObject) | undefined;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

/** A call of a directly answered tool, from its request to the moment that its answer has left. */
export class DirectCall implements RpcToolCall {
  readonly #options: DirectCallOptions;
  readonly #undo: (() => Promise<void>)[] = [];
  #replaceable: Map<string, OutgoingFrame> | undefined;
  #waitingEvents: OutgoingFrame[] = [];
  #controller: AbortController | undefined;
  #cancellation: { readonly reason: unknown } | undefined;

  constructor(options: DirectCallOptions) {
    this.#options = options;
  }

  get peerId(): string {
    return this.#options.channel.peerId;
  }

  // Made when it is asked for: not every tool waits.
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancellation !== undefined) this.#controller.abort(this.#cancellation.reason);
    }
    return this.#controller.signal;
  }

  /** Whether nobody waits for the answer any more. */
  get isCancelled(): boolean {
    return this.#cancellation !== undefined;
  }

  /** Whether there is something to take back if the answer does not arrive. */
  get hasUndo(): boolean {
    return this.#undo.length > 0;
  }

  /** Stops the work. There will be no answer. */
  cancel(reason: unknown): void {
    if (this.#cancellation !== undefined) return;
    this.#cancellation = { reason };
    this.#controller?.abort(reason);
  }

  sendEvent(event: JsonObject, options: SendEventOptions = {}): void {
    const { channel, toEventMessage } = this.#options;
    if (toEventMessage === undefined || this.isCancelled) return;
    try {
      this.#send(toEventMessage(event), channel, options.replaceKey);
    } catch (error) {
      // Either the stream is broken, which ends the call soon, or the event is too long for it.
      this.#options.logger?.debug("Event not sent", { peerId: this.peerId, error });
    }
  }

  onUndelivered(undo: () => Promise<void>): void {
    this.#undo.push(undo);
  }

  /** Takes back what the call has done. Never rejects. */
  async undo(): Promise<void> {
    const { clock, logger } = this.#options;
    try {
      await shield(() => Promise.all(this.#undo.map((fn) => fn())), {
        deadlineMs: UNDO_TIMEOUT_MS,
        name: "undo undelivered",
        clock,
      });
    } catch (error) {
      // A lease ends in any case.
      logger?.debug("Undelivered answer could not be taken back", { error });
    }
  }

  #send(message: JsonObject, channel: FrameChannel, replaceKey: string | undefined): void {
    if (replaceKey !== undefined) {
      const earlier = this.#replaceable?.get(replaceKey);
      if (earlier !== undefined && channel.replace(earlier, message)) return;
    }
    if (this.#waitingEvents.length >= MAX_WAITING_EVENTS) {
      this.#waitingEvents = this.#waitingEvents.filter(({ state }) => state !== "written");
    }
    if (this.#waitingEvents.length >= MAX_WAITING_EVENTS) {
      return channel.break(new StreamAbandonedError("the other side does not read its events"));
    }
    const frame = channel.send(message);
    this.#waitingEvents.push(frame);
    if (replaceKey === undefined) return;
    this.#replaceable ??= new Map();
    this.#replaceable.set(replaceKey, frame);
  }
}
