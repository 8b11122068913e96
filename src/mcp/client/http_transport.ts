import { AsyncLocalStorage } from "node:async_hooks";
import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import type { Clock } from "../../concurrency/mod.ts";
import { SessionLostError } from "./errors.ts";
import type { McpFetch } from "./mcp_fetch.ts";

type SendOptions = Parameters<StreamableHTTPClientTransport["send"]>[1];

/** Marks the error that stands in for an answer that will not come. */
export const CONNECTION_LOST = "connection_lost";

/** How often a stream that has broken off is taken up again, one after the other without success. */
const MAX_RESUMPTIONS = 5;

/** Options of an {@linkcode HttpTransport}. */
export interface HttpTransportOptions {
  /** Headers of every request. @default {{}} */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Makes the requests. */
  readonly fetch: McpFetch;
  /** Whose time it is. */
  readonly clock: Clock;
  /** Source of randomness, from 0 up to but not including 1. @default {Math.random} */
  readonly random?: (() => number) | undefined;
}

/** A request whose answer may still come. */
interface Exchange {
  readonly end: AbortController;
  /** Whether the answer is a stream, which goes on when the request has been sent. */
  isStream: boolean;
}

/**
 * The SDK's HTTP transport, with what it lacks: it says so when a stream ends without the answer (left
 * alone, the request would wait for ever), closes itself when the server has lost the session or a
 * stream cannot be taken up again, and lets go of the stream of a cancelled request.
 */
export class HttpTransport extends StreamableHTTPClientTransport {
  /** By the id of their requests. */
  readonly #exchanges: Map<unknown, Exchange>;
  readonly #current: AsyncLocalStorage<Exchange>;
  readonly #timers: Set<Disposable>;
  /** How many messages are being sent. */
  #sending = 0;
  /** Whether the server has forgotten the session. */
  #isForgotten = false;

  constructor(url: URL, options: HttpTransportOptions) {
    const current = new AsyncLocalStorage<Exchange>();
    const timers = new Set<Disposable>();
    const { clock, random = Math.random } = options;
    super(url, {
      requestInit: { headers: { ...options.headers } },
      fetch: (target, init) => this.#fetch(options.fetch, target, init),
      reconnectionOptions: {
        initialReconnectionDelay: 500,
        maxReconnectionDelay: 10_000,
        reconnectionDelayGrowFactor: 2,
        maxRetries: Infinity,
      },
      reconnectionScheduler: (reconnect, delayMs, attempt) => {
        if (attempt >= MAX_RESUMPTIONS) {
          queueMicrotask(() => this.#lose());
          return;
        }
        // The first delay may be what the server has asked for.
        const waitMs = attempt === 0 ? delayMs : delayMs * (1 - random() / 2);
        const timer = clock.setTimer(waitMs, () => {
          timers.delete(timer);
          reconnect();
        });
        timers.add(timer);
      },
    });
    this.#exchanges = new Map();
    this.#current = current;
    this.#timers = timers;
  }

  /** @inheritDoc */
  override async send(message: JSONRPCMessage, options?: SendOptions): Promise<void> {
    this.#sending++;
    try {
      if ("method" in message && "id" in message) await this.#request(message, options);
      else await super.send(message, options);
      if ("method" in message && message.method === "notifications/cancelled") {
        this.#letGo(message.params?.["requestId"]);
      }
    } finally {
      this.#sending--;
      this.#closeIfForgotten();
    }
  }

  /** @inheritDoc */
  override async close(): Promise<void> {
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#timers.clear();
    this.#exchanges.clear();
    await super.close();
  }

  async #request(message: JSONRPCRequest, options: SendOptions): Promise<void> {
    const exchange: Exchange = { end: new AbortController(), isStream: false };
    // In the newer protocol revisions the request comes with a signal of its own.
    const requestSignal = options?.requestSignal ?? exchange.end.signal;
    if (options?.requestSignal === undefined) this.#exchanges.set(message.id, exchange);
    const onRequestStreamEnd = (): void => {
      this.#exchanges.delete(message.id);
      options?.onRequestStreamEnd?.();
      this.#answerLost(message.id);
    };
    try {
      await this.#current.run(
        exchange,
        () => super.send(message, { ...options, requestSignal, onRequestStreamEnd }),
      );
    } catch (error) {
      exchange.isStream = false;
      throw error;
    } finally {
      if (!exchange.isStream) this.#exchanges.delete(message.id);
    }
  }

  async #fetch(request: McpFetch, url: string | URL, init?: RequestInit): Promise<Response> {
    try {
      const response = await request(url, init);
      const exchange = this.#current.getStore();
      const type = response.headers.get("content-type") ?? "";
      if (exchange !== undefined) exchange.isStream = type.startsWith("text/event-stream");
      return response;
    } catch (error) {
      // A stream of a session that is gone cannot be taken up again, now or later.
      if (error instanceof SessionLostError && init?.method === "GET") {
        this.#isForgotten = true;
        this.#closeIfForgotten();
      }
      throw error;
    }
  }

  /** Messages that are on their way get the server's own word that nothing was done with them. */
  #closeIfForgotten(): void {
    if (!this.#isForgotten || this.#sending > 0) return;
    // After who has sent the last of them has been told.
    queueMicrotask(() => queueMicrotask(() => this.#lose()));
  }

  #letGo(requestId: unknown): void {
    this.#exchanges.get(requestId)?.end.abort();
    this.#exchanges.delete(requestId);
  }

  #lose(): void {
    this.close().catch((error) => this.onerror?.(error));
  }

  /** Ignored by the protocol if the answer was there. */
  #answerLost(id: string | number): void {
    const data = { code: CONNECTION_LOST };
    const error = { code: -32000, message: "The stream ended without the answer", data };
    this.onmessage?.({ jsonrpc: "2.0", id, error });
  }
}
