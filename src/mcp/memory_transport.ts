import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { toError } from "../error/mod.ts";
import type { JsonObject } from "../codec/mod.ts";
import type { MemoryChannel } from "./server/channel/memory_channel.ts";

/** One end of a channel within the program, as the client of the protocol library wants it. */
export class MemoryTransport implements Transport {
  /** Set by the protocol: the transport is over. */
  onclose?: (() => void) | undefined;
  /** Set by the protocol: something went wrong. */
  onerror?: ((error: Error) => void) | undefined;
  /** Set by the protocol: a message has come in. */
  onmessage?: (<T extends JSONRPCMessage>(message: T) => void) | undefined;

  readonly #channel: MemoryChannel;
  readonly #stop = new AbortController();
  #reading: Promise<void> | undefined;

  constructor(channel: MemoryChannel) {
    this.#channel = channel;
  }

  /** Begins to read. What it reads goes to `onmessage`. */
  start(): Promise<void> {
    this.#reading = this.#read();
    return Promise.resolve();
  }

  /** Sends one message; resolves when the other end has taken it. */
  send(message: JSONRPCMessage): Promise<void> {
    return this.#channel.send(message as JsonObject);
  }

  /** Ends the channel. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#channel.close();
    await this.#reading;
  }

  async #read(): Promise<void> {
    const { signal } = this.#stop;
    try {
      let message = await this.#channel.receive(signal);
      for (; message !== null; message = await this.#channel.receive(signal)) {
        // The protocol checks the shape of what it is given.
        this.onmessage?.(message as unknown as JSONRPCMessage);
      }
    } catch (error) {
      if (!signal.aborted) {
        this.onerror?.(toError(error));
      }
    }
    this.onclose?.();
  }
}
