import type { Clock } from "../concurrency/mod.ts";
import type { Logger } from "../telemetry/mod.ts";
import { addCorsHeaders, isPreflight, preflightResponse } from "./cors.ts";
import { guardHost, type HostGuardOptions } from "./host_guard.ts";
import type { HttpMetrics } from "./http_metrics.ts";
import { errorResponse } from "./json_response.ts";
import type { RequestContext } from "./request_context.ts";
import type { HttpRoute } from "./route.ts";

/** How requests are handled. */
export interface RequestHandlerOptions extends HostGuardOptions {
  readonly routes: readonly HttpRoute[];
  readonly maxBodyBytes: number;
  readonly logger: Logger;
  readonly metrics: HttpMetrics | undefined;
  readonly clock: Clock;
  /** Whether only probes are answered any more. */
  readonly isDraining: () => boolean;
}

/** Answers one request. Never rejects. */
export type RequestHandler = (request: Request, context: RequestContext) => Promise<Response>;

/** Label of requests for paths that do not exist, so that callers cannot make up labels. */
const NO_ROUTE = "none";

/**
 * Everything between the listener and a route: checks, CORS, errors, log and metrics.
 *
 * @param options The routes and the rules.
 * @returns The handler.
 */
export function createRequestHandler(options: RequestHandlerOptions): RequestHandler {
  const routes = new Map(options.routes.map((route) => [route.path, route]));
  return async (request, context) => {
    const startMs = options.clock.monotonicMs();
    const path = new URL(request.url).pathname;
    const route = routes.get(path);
    const answer = await answerSafely(request, { options, route, context });
    const response = withHeaders(answer, { request, context, options });
    const note = (): void => {
      const durationMs = options.clock.monotonicMs() - startMs;
      const { method } = request;
      const { status } = response;
      options.metrics?.record({ method, route: route?.path ?? NO_ROUTE, status, durationMs });
      const { requestId } = context;
      options.logger.debug("HTTP request done", { requestId, method, path, status, durationMs });
    };
    // An answer that is a stream takes longer than its beginning.
    context.completed.then(note, note);
    return response;
  };
}

interface Incoming {
  readonly options: RequestHandlerOptions;
  readonly route: HttpRoute | undefined;
  readonly context: RequestContext;
}

async function answerSafely(request: Request, incoming: Incoming): Promise<Response> {
  const { options, route, context } = incoming;
  try {
    return refuse(request, incoming) ?? await route?.handle(request, context) ?? notFound(request);
  } catch (error) {
    const { requestId } = context;
    options.logger.error("HTTP request failed unexpectedly", { requestId, error });
    return errorResponse(500, {
      code: "internal_error",
      message: `Cannot answer request as the server failed unexpectedly: request "${requestId}"`,
    });
  } finally {
    context.noteAnswered();
  }
}

/** The answer to a request that does not come as far as its route. */
function refuse(request: Request, incoming: Incoming): Response | undefined {
  const { options, route } = incoming;
  if (route?.isProbe !== true) {
    const decision = guardHost(request.headers, options);
    if (!decision.ok) return errorResponse(403, decision);
  }
  if (route === undefined) return notFound(request);
  const methods = [...route.methods, ...(route.methods.includes("GET") ? ["HEAD"] : [])];
  if (isPreflight(request)) {
    const { corsOrigins } = options;
    return preflightResponse(request.headers.get("origin"), { corsOrigins, methods });
  }
  if (!methods.includes(request.method)) {
    const message = `Cannot answer request as the path has no such method: ${request.method} ` +
      route.path;
    return errorResponse(405, { code: "method_not_allowed", message }, {
      allow: methods.join(", "),
    });
  }
  if (options.isDraining() && route.isProbe !== true) return stopping();
  if (Number(request.headers.get("content-length")) > options.maxBodyBytes) {
    const message = `Cannot read request as its body is larger than ${options.maxBodyBytes} bytes`;
    return errorResponse(413, { code: "body_too_large", message });
  }
  return undefined;
}

function notFound(request: Request): Response {
  const message = `Cannot answer request as there is nothing at its path: "${
    new URL(request.url).pathname
  }"`;
  return errorResponse(404, { code: "not_found", message });
}

function stopping(): Response {
  const message = "Cannot answer request as the server is stopping";
  return errorResponse(503, { code: "server_stopping", message }, { connection: "close" });
}

function withHeaders(
  answer: Response,
  { request, context, options }: {
    readonly request: Request;
    readonly context: RequestContext;
    readonly options: RequestHandlerOptions;
  },
): Response {
  const { headers } = answer;
  headers.set("x-request-id", context.requestId);
  headers.set("x-content-type-options", "nosniff");
  const { corsOrigins } = options;
  if (!headers.has("access-control-allow-origin")) {
    addCorsHeaders(headers, { origin: request.headers.get("origin"), corsOrigins });
  }
  return request.method === "HEAD" ? new Response(null, answer) : answer;
}
