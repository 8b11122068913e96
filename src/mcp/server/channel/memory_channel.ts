import type { JsonObject } from "../../../codec/mod.ts";
import { abortable } from "../../../concurrency/mod.ts";
import type { MessageChannel } from "./message_channel.ts";

/** One end of a channel within the program. */
export interface MemoryChannel extends MessageChannel {
  /**
   * Hang up: the other end receives `null` after what was sent, and what it still sends is dropped.
   */
  close(): void;
}

/**
 * Create a channel within the program, as a pair of its ends: what one sends, the other receives.
 *
 * A send waits until the message is received, so that neither end can flood the other.
 *
 * @returns Both ends.
 */
export function createMemoryChannelPair(): readonly [MemoryChannel, MemoryChannel] {
  const [there, back] = [new MessagePipe(), new MessagePipe()];
  return [toEnd(there, back), toEnd(back, there)];
}

function toEnd(outgoing: MessagePipe, incoming: MessagePipe): MemoryChannel {
  return {
    receive: (signal) => incoming.take(signal),
    send: (message) => outgoing.put(message),
    close(): void {
      outgoing.end();
      incoming.abandon();
    },
  };
}

interface Parcel {
  readonly message: JsonObject;
  readonly taken: PromiseWithResolvers<void>;
}

/** Messages in one direction. */
class MessagePipe {
  #waiting: Parcel[] = [];
  #news = Promise.withResolvers<void>();
  #isEnded = false;
  #isAbandoned = false;

  async put(message: JsonObject): Promise<void> {
    if (this.#isEnded) throw new TypeError("Cannot send message as the channel is closed");
    if (this.#isAbandoned) return;
    const taken = Promise.withResolvers<void>();
    this.#waiting.push({ message, taken });
    this.#tell();
    await taken.promise;
  }

  async take(signal: AbortSignal): Promise<JsonObject | null> {
    for (;;) {
      signal.throwIfAborted();
      const parcel = this.#waiting.shift();
      if (parcel !== undefined) {
        parcel.taken.resolve();
        return parcel.message;
      }
      if (this.#isEnded || this.#isAbandoned) return null;
      await abortable(this.#news.promise, signal);
    }
  }

  /** Nothing more will be put. */
  end(): void {
    this.#isEnded = true;
    this.#tell();
  }

  /** Nothing more will be taken. */
  abandon(): void {
    this.#isAbandoned = true;
    for (const { taken } of this.#waiting) taken.resolve();
    this.#waiting = [];
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
