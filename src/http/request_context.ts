import { ANONYMOUS, type Principal } from "../mcp/server/mod.ts";
import type { HttpContext } from "./route.ts";

/** Ids that a caller may choose: nothing that could break a log line. */
const REQUEST_ID = /^[\w.-]{1,64}$/;

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});

/** What the server adds to a request. */
export interface RequestContextOptions {
  /** Cancels the request. */
  readonly controller: AbortController;
  /** Settles when the answer has been delivered, or cannot be. */
  readonly completed: Promise<void>;
  /** Tells where the connection comes from; asked only if somebody wants to know. */
  readonly clientAddress: () => string;
}

/** The context of one request, as the server sees it. */
export class RequestContext implements HttpContext {
  readonly requestId: string;
  /** Settles when the answer has been delivered, or cannot be. */
  readonly completed: Promise<void>;
  principal: Principal = ANONYMOUS;
  params: Readonly<Record<string, string>> = NO_PARAMS;
  readonly #request: Request;
  readonly #controller: AbortController;
  readonly #clientAddress: () => string;
  #isAnswered = false;
  #isWatching = false;

  constructor(request: Request, options: RequestContextOptions) {
    const wished = request.headers.get("x-request-id");
    this.requestId = wished !== null && REQUEST_ID.test(wished) ? wished : crypto.randomUUID();
    this.#request = request;
    this.#controller = options.controller;
    this.#clientAddress = options.clientAddress;
    this.completed = options.completed;
  }

  get clientAddress(): string {
    return this.#clientAddress();
  }

  get signal(): AbortSignal {
    // Only on demand: unless told otherwise, Deno warns once a program has looked at this signal,
    // as it also aborts after success. The answer's stream tells of a hang-up from then on.
    if (!this.#isWatching) {
      this.#isWatching = true;
      this.#request.signal.addEventListener("abort", () => {
        if (!this.#isAnswered) this.#controller.abort(this.#request.signal.reason);
      }, { once: true });
    }
    return this.#controller.signal;
  }

  /** The handler has returned. */
  noteAnswered(): void {
    this.#isAnswered = true;
  }
}
