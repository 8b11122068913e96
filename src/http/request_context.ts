import type { HttpContext } from "./route.ts";

/** Ids that a caller may choose: nothing that could break a log line. */
const REQUEST_ID = /^[\w.-]{1,64}$/;

/** What the server adds to a request. */
export interface RequestContextOptions {
  /** Cancels the request. */
  readonly controller: AbortController;
  /** Settles when the answer has been delivered, or cannot be. */
  readonly completed: Promise<void>;
}

/** The context of one request, as the server sees it. */
export class RequestContext implements HttpContext {
  readonly requestId: string;
  /** Settles when the answer has been delivered, or cannot be. */
  readonly completed: Promise<void>;
  readonly #request: Request;
  readonly #controller: AbortController;
  #isAnswered = false;
  #isWatching = false;

  constructor(request: Request, options: RequestContextOptions) {
    const wished = request.headers.get("x-request-id") ?? "";
    this.requestId = REQUEST_ID.test(wished) ? wished : crypto.randomUUID();
    this.#request = request;
    this.#controller = options.controller;
    this.completed = options.completed;
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
