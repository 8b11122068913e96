import type { Principal } from "../mcp/server/mod.ts";

/** One path of a server, and who answers there. */
export interface HttpRoute {
  /**
   * The path, such as `/health`; also its label in metrics. `{name}` stands for one segment:
   * `/tools/{name}`. Paths without such variables go first.
   */
  readonly path: string;
  /** Methods that are answered; others get 405. `HEAD` goes with `GET`, `OPTIONS` is for CORS. */
  readonly methods: readonly string[];
  /**
   * Answered under whatever host name it is reached, to whoever asks, and while the server stops: for
   * probes that know the machine by its address only. It must tell nothing that is not for everyone.
   *
   * @default {false}
   */
  readonly isProbe?: boolean | undefined;
  /** Answered also to callers that do not say who they are. @default {false} */
  readonly isPublic?: boolean | undefined;
  /** What a caller must be allowed, such as `system:read`. @default {undefined} nothing */
  readonly scope?: string | undefined;
  /** Answers a request. */
  handle(request: Request, context: HttpContext): Promise<Response> | Response;
  /** The server begins to stop: end the streams that nobody's work depends on. */
  onDrain?(): void;
}

/** What a handler knows besides its request. */
export interface HttpContext {
  /** For logs: the caller's `X-Request-Id`, or a new one. */
  readonly requestId: string;
  /** On whose behalf. */
  readonly principal: Principal;
  /** The values of the path's variables, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Where the connection comes from. */
  readonly clientAddress: string;
  /** Aborted when the client hangs up before the answer, or the server cannot wait any longer. */
  readonly signal: AbortSignal;
}
