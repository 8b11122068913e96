import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { toError } from "../../error/mod.ts";
import { FrameTooLargeError, InvalidJsonError, type JsonObject } from "../../codec/mod.ts";
import { type FrameChannel, type OutgoingFrame, StreamAbandonedError } from "../../rpc/mod.ts";
import { addToken } from "../stream/token.ts";
import { ConnectionLostError } from "./errors.ts";

/** Options of a {@linkcode StreamTransport}. */
export interface StreamTransportOptions {
  /** Put into every request. @default {undefined} */
  readonly token?: string | undefined;
}

/** MCP messages over a stream to a peer, for clients. */
export class StreamTransport implements Transport {
  /** Set by the protocol: the transport is over. */
  onclose?: (() => void) | undefined;
  /** Set by the protocol: something went wrong. */
  onerror?: ((error: Error) => void) | undefined;
  /** Set by the protocol: a message has come in. */
  onmessage?: (<T extends JSONRPCMessage>(message: T) => void) | undefined;

  readonly #channel: FrameChannel;
  readonly #token: string | undefined;
  readonly #stop = new AbortController();
  /** Ids of our requests that wait for an answer. To close while some do is to break off. */
  readonly #unanswered = new Set<unknown>();
  #reading: Promise<void> | undefined;
  #isClosed = false;

  constructor(channel: FrameChannel, options: StreamTransportOptions = {}) {
    this.#channel = channel;
    this.#token = options.token;
  }

  /** Begins to read. What it reads goes to `onmessage`. */
  start(): Promise<void> {
    if (this.#reading !== undefined) {
      throw new TypeError("Cannot start transport as it has been started");
    }
    this.#reading = this.#read();
    return Promise.resolve();
  }

  /**
   * Sends one message; resolves when the stream has taken it.
   *
   * @throws {ConnectionLostError} If the stream is broken; it says whether the peer may have got it.
   * @throws {FrameTooLargeError} If the message is too large.
   */
  async send(message: JSONRPCMessage): Promise<void> {
    const outgoing = message as JsonObject;
    const frame = this.#put(
      this.#token === undefined ? outgoing : addToken(outgoing, this.#token),
    );
    this.#noteSent(outgoing);
    if (await frame.whenSettled()) return;
    const wasSent = frame.state !== "waiting";
    throw new ConnectionLostError(this.#channel.peerId, undefined, wasSent);
  }

  /** Ends the stream: in good order, or by a reset if answers are still due. */
  async close(): Promise<void> {
    if (this.#unanswered.size > 0) this.#break(new StreamAbandonedError());
    else await this.#finish();
    await this.#reading;
  }

  #put(message: JsonObject): OutgoingFrame {
    try {
      return this.#channel.send(message);
    } catch (error) {
      if (error instanceof FrameTooLargeError || error instanceof InvalidJsonError) throw error;
      throw new ConnectionLostError(this.#channel.peerId, error, false);
    }
  }

  async #read(): Promise<void> {
    const { signal } = this.#stop;
    try {
      let message = await this.#channel.read(signal);
      for (; message !== null; message = await this.#channel.read(signal)) {
        if (!("method" in message)) this.#unanswered.delete(message["id"]);
        // The protocol checks the shape of what it is given.
        this.onmessage?.(message as unknown as JSONRPCMessage);
      }
      await this.#finish();
    } catch (error) {
      this.#break(error);
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
    await this.#channel.close();
    this.#announceEnd();
  }

  #break(error: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#channel.break(error);
    this.onerror?.(toError(error));
    this.#announceEnd();
  }

  #announceEnd(): void {
    this.#stop.abort();
    this.onclose?.();
  }
}
