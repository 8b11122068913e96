import type { JsonObject } from "../../codec/mod.ts";
import type { RequestId } from "../messages.ts";

/**
 * Runs the session of a stream: it gets everything that is no call of a directly answered tool.
 *
 * @param port The messages of the stream.
 * @param signal Ends the session at once.
 * @returns When the session is over; the stream is closed then.
 */
export type OpenRpcSession = (port: RpcSessionPort, signal: AbortSignal) => Promise<void>;

/** What a session sees of its stream. Framing, limits and request ids have been looked after. */
export interface RpcSessionPort {
  /** Who is at the other end, proven by the handshake. */
  readonly peerId: string;
  /** The next message, or `null` when there will be none and all requests are answered. */
  receive(): Promise<JsonObject | null>;
  /**
   * Send a message. An answer frees the place of its request.
   *
   * @throws {unknown} What broke the stream, if it is broken.
   */
  send(message: JsonObject): Promise<void>;
  /** Say that a request will have no answer, so that its place is free. */
  release(id: RequestId): void;
  /** Say that a message is not for the session, so that it is answered as if there were none. */
  decline(message: JsonObject): void;
  /**
   * Say whether the peer waits for news that answer no request: then the stream is not idle, however
   * quiet it is.
   */
  setHeld(isHeld: boolean): void;
}

/** Messages that may wait for the session. */
const MAX_WAITING = 64;

/** What a {@linkcode SessionInbox} hands on. */
export interface SessionPortHandlers {
  readonly peerId: string;
  send(message: JsonObject): Promise<void>;
  release(id: RequestId): void;
  decline(message: JsonObject): void;
}

/** The messages on their way to a session. */
export class SessionInbox implements RpcSessionPort {
  readonly #handlers: SessionPortHandlers;
  readonly #waiting: JsonObject[] = [];
  #isEnded = false;
  #isHeld = false;
  #news = Promise.withResolvers<void>();

  constructor(handlers: SessionPortHandlers) {
    this.#handlers = handlers;
  }

  get peerId(): string {
    return this.#handlers.peerId;
  }

  /** Whether the peer waits for news. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Whether the stream should not be read before the session has taken some. */
  get isFull(): boolean {
    return this.#waiting.length >= MAX_WAITING && !this.#isEnded;
  }

  /** Resolves at the next change. */
  get changed(): Promise<void> {
    return this.#news.promise;
  }

  /** Hands a message to the session. */
  put(message: JsonObject): void {
    this.#waiting.push(message);
    this.#tell();
  }

  /** There will be no more. */
  end(): void {
    this.#isEnded = true;
    this.#tell();
  }

  async receive(): Promise<JsonObject | null> {
    while (true) {
      const message = this.#waiting.shift();
      if (message !== undefined) {
        this.#tell();
        return message;
      }
      if (this.#isEnded) return null;
      await this.#news.promise;
    }
  }

  send(message: JsonObject): Promise<void> {
    return this.#handlers.send(message);
  }

  release(id: RequestId): void {
    this.#handlers.release(id);
  }

  decline(message: JsonObject): void {
    this.#handlers.decline(message);
  }

  setHeld(isHeld: boolean): void {
    this.#isHeld = isHeld;
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
