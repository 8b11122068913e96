import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import { encodeFrame, FrameTooLargeError, type JsonObject } from "../../codec/mod.ts";
import { type Clock, moveOnAfter, systemClock } from "../../concurrency/mod.ts";
import type { Stream } from "../../network/mod.ts";
import { StreamAbandonedError, StreamTimeoutError } from "./errors.ts";
import { MessageReader } from "./message_reader.ts";
import { DEFAULT_MAX_FRAME_BYTES } from "./protocol.ts";

/** Limits of a {@linkcode FramedStreamTransport}. */
export interface FramedStreamLimits {
  /** Larger frames end the stream. @default {1048576} */
  readonly maxFrameBytes?: number | undefined;
  /** A frame that has begun must be complete within this time. @default {10000} */
  readonly frameTimeoutMs?: number | undefined;
  /** The other side must take a frame within this time. @default {30000} */
  readonly writeTimeoutMs?: number | undefined;
  /** Closing in good order may take this long. @default {2000} */
  readonly closeTimeoutMs?: number | undefined;
}

/** Options of a {@linkcode FramedStreamTransport}. */
export interface FramedStreamOptions extends FramedStreamLimits {
  /** Go on sending when the other side has ended its half, as a server does. @default {false} */
  readonly allowHalfOpen?: boolean | undefined;
  /** What comes in, on its way to the protocol. `undefined` delivers nothing. */
  readonly onIncoming?: ((message: JsonObject) => Promise<JsonObject | undefined>) | undefined;
  /** What goes out, on its way to the stream. */
  readonly onOutgoing?: ((message: JsonObject) => JsonObject) | undefined;
  /** A last word to a side that sent what cannot be read. */
  readonly onUnreadable?: ((error: unknown) => JsonObject | undefined) | undefined;
  /** @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/**
 * MCP messages over one peer-to-peer stream, for clients and servers: each message is one JSON
 * object in a frame with a four-byte length.
 */
export class FramedStreamTransport implements Transport {
  /** Set by the protocol: the transport is over. */
  onclose?: (() => void) | undefined;
  /** Set by the protocol: something went wrong. */
  onerror?: ((error: Error) => void) | undefined;
  /** Set by the protocol: a message has come in. */
  onmessage?: (<T extends JSONRPCMessage>(message: T) => void) | undefined;

  readonly #stream: Stream;
  readonly #options: FramedStreamOptions;
  readonly #limits: Required<{ [K in keyof FramedStreamLimits]: number }>;
  readonly #clock: Clock;
  readonly #reader: MessageReader;
  readonly #stop = new AbortController();
  readonly #inputEnd = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  /** Ids of our requests that wait for an answer. To close while some do is to break off. */
  readonly #unanswered = new Set<unknown>();
  #reading: Promise<void> | undefined;
  #lastActiveAtMs: number;
  #isClosed = false;

  constructor(stream: Stream, options: FramedStreamOptions = {}) {
    this.#stream = stream;
    this.#options = options;
    this.#limits = {
      maxFrameBytes: options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES,
      frameTimeoutMs: options.frameTimeoutMs ?? 10_000,
      writeTimeoutMs: options.writeTimeoutMs ?? 30_000,
      closeTimeoutMs: options.closeTimeoutMs ?? 2_000,
    };
    this.#clock = options.clock ?? systemClock;
    this.#reader = new MessageReader(stream, { ...this.#limits, clock: this.#clock });
    this.#lastActiveAtMs = this.#clock.monotonicMs();
  }

  /** Resolves when nothing more will come in, whatever the cause. Never rejects. */
  get inputEnd(): Promise<void> {
    return this.#inputEnd.promise;
  }

  /** Resolves when the transport is over, in both directions. Never rejects. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** When the last message came in or went out, in the clock's monotonic time. */
  get lastActiveAtMs(): number {
    return this.#lastActiveAtMs;
  }

  /** Begins to read. What it reads goes to `onmessage`. */
  start(): Promise<void> {
    if (this.#reading !== undefined) {
      throw new TypeError("Cannot start transport as it has been started");
    }
    this.#reading = this.#read();
    return Promise.resolve();
  }

  /** Sends one message; resolves when the next may be sent. */
  async send(message: JSONRPCMessage): Promise<void> {
    const outgoing = message as JsonObject;
    const frame = this.#encode(this.#options.onOutgoing?.(outgoing) ?? outgoing);
    this.#noteSent(outgoing);
    this.#lastActiveAtMs = this.#clock.monotonicMs();
    const written = await moveOnAfter(
      this.#limits.writeTimeoutMs,
      (signal) => this.#stream.write(frame, { signal }),
      { clock: this.#clock },
    );
    if (!written.timedOut) return;
    const error = new StreamTimeoutError("a write", this.#limits.writeTimeoutMs);
    this.#break(error);
    throw error;
  }

  /** Ends the stream: in good order, or by a reset if answers are still due. */
  async close(): Promise<void> {
    if (this.#unanswered.size > 0) this.#break(new StreamAbandonedError());
    else await this.#finish();
    await this.#reading;
  }

  async #read(): Promise<void> {
    const { signal } = this.#stop;
    try {
      let message = await this.#reader.read(signal);
      for (; message !== null; message = await this.#reader.read(signal)) {
        this.#lastActiveAtMs = this.#clock.monotonicMs();
        await this.#deliver(message);
      }
      if (this.#options.allowHalfOpen !== true) await this.#finish();
    } catch (error) {
      await this.#failReading(error);
    } finally {
      this.#inputEnd.resolve();
    }
  }

  async #deliver(message: JsonObject): Promise<void> {
    const { onIncoming } = this.#options;
    const accepted = onIncoming === undefined ? message : await onIncoming(message);
    if (accepted === undefined || this.#isClosed) return;
    if (!("method" in accepted)) this.#unanswered.delete(accepted["id"]);
    // The protocol checks the shape of what it is given.
    this.onmessage?.(accepted as unknown as JSONRPCMessage);
  }

  async #failReading(error: unknown): Promise<void> {
    if (this.#isClosed) return;
    const lastWord = this.#options.onUnreadable?.(error);
    if (lastWord === undefined) return this.#break(error);
    try {
      await this.send(lastWord as unknown as JSONRPCMessage);
      this.onerror?.(toError(error));
      await this.#finish();
    } catch {
      this.#break(error);
    }
  }

  #encode(message: JsonObject): Uint8Array {
    try {
      return encodeFrame(JSON.stringify(message), this.#limits);
    } catch (error) {
      if (!(error instanceof FrameTooLargeError) || !("result" in message)) throw error;
      // Without an answer the other side would wait for ever.
      return encodeFrame(JSON.stringify(tooLargeAnswer(message, error)), this.#limits);
    }
  }

  #noteSent(message: JsonObject): void {
    if (!("method" in message)) return;
    if ("id" in message) this.#unanswered.add(message["id"]);
    if (message["method"] !== "notifications/cancelled") return;
    const params = message["params"] as JsonObject | undefined;
    this.#unanswered.delete(params?.["requestId"]);
  }

  async #finish(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { closeTimeoutMs } = this.#limits;
    try {
      const closed = await moveOnAfter(
        closeTimeoutMs,
        (signal) => this.#stream.close({ signal }),
        { clock: this.#clock },
      );
      if (closed.timedOut) this.#stream.abort(new StreamTimeoutError("closing", closeTimeoutMs));
    } catch (error) {
      this.#stream.abort(toError(error));
    }
    this.#announceEnd();
  }

  #break(error: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stream.abort(toError(error));
    this.onerror?.(toError(error));
    this.#announceEnd();
  }

  #announceEnd(): void {
    this.#stop.abort();
    this.#closed.resolve();
    this.onclose?.();
  }
}

function tooLargeAnswer(message: JsonObject, error: FrameTooLargeError): JsonObject {
  return {
    jsonrpc: "2.0",
    id: message["id"] ?? null,
    error: {
      code: -32603,
      message:
        `Cannot send result as it is too large: ${error.sizeBytes} bytes, limit ${error.maxBytes}`,
      data: { code: error.code },
    },
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}
