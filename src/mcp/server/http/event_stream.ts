import type { Clock } from "../../../concurrency/mod.ts";

/** One event of a stream (WHATWG server-sent events). */
export interface ServerSentEvent {
  /** A client that comes back names the last one it has seen. @default {undefined} */
  readonly id?: string | undefined;
  /** Its type. @default {"message"} */
  readonly event?: string | undefined;
  /** One line; JSON has no line breaks. */
  readonly data: string;
  /** How long the client should wait before it comes back. @default {undefined} */
  readonly retryMs?: number | undefined;
}

/** An answer that is a stream of events. */
export interface EventStream {
  /** What goes to the listener: status 200, no buffering, no caching. */
  readonly response: Response;
  /** Resolves when the stream is over, whoever ended it. */
  readonly ended: Promise<void>;
  /** Whether it is over. */
  readonly isEnded: boolean;
  /** Write an event. Resolves when the next may be written; never rejects. */
  send(event: ServerSentEvent): Promise<void>;
  /** End it after what was written. */
  close(): void;
}

/** Options of `openEventStream`. */
export interface EventStreamOptions {
  /** A comment is sent after this time without an event. @default {15000} */
  readonly keepAliveMs?: number | undefined;
  /** The client has hung up. */
  readonly onHangUp?: (() => void) | undefined;
  /** More headers. @default {{}} */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A reader that leaves more than this unread is hung up on, in bytes. @default {4194304} */
  readonly maxBufferedBytes?: number | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}
