/** One path of a server, and who answers there. */
export interface HttpRoute {
  /** The exact path, such as `/health`; also its label in metrics. */
  readonly path: string;
  /** Methods that are answered; others get 405. `HEAD` goes with `GET`, `OPTIONS` is for CORS. */
  readonly methods: readonly string[];
  /**
   * Answered under whatever host name it is reached, and while the server stops: for probes that
   * know the machine by its address only. It must tell nothing that is not for everyone.
   *
   * @default {false}
   */
  readonly isProbe?: boolean | undefined;
  /** Answers a request. */
  handle(request: Request, context: HttpContext): Promise<Response> | Response;
}

/** What a handler knows besides its request. */
export interface HttpContext {
  /** For logs: the caller's `X-Request-Id`, or a new one. */
  readonly requestId: string;
  /** Aborted when the client hangs up before the answer, or the server cannot wait any longer. */
  readonly signal: AbortSignal;
}
