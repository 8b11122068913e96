import type { Clock } from "../concurrency/mod.ts";
import type { Logger } from "../telemetry/mod.ts";
import type { Admission } from "./admission.ts";
import { withResourceMetadata } from "./challenge.ts";
import { addCorsHeaders, isPreflight, preflightResponse } from "./cors.ts";
import { isTooLong } from "./header_size.ts";
import { guardHost, type HostGuardOptions } from "./host_guard.ts";
import type { HttpMetrics } from "./http_metrics.ts";
import { errorResponse } from "./json_response.ts";
import { toPathname } from "./pathname.ts";
import type { RequestContext } from "./request_context.ts";
import { type ProtectedResource, toMetadataUrl } from "./resource_metadata.ts";
import type { HttpRoute } from "./route.ts";
import type { FoundRoutes, RouteTable } from "./route_table.ts";

/** How requests are handled. */
export interface RequestHandlerOptions extends HostGuardOptions {
  readonly routes: RouteTable;
  readonly admission: Admission;
  /** Told to clients that are not let in. */
  readonly protectedResource: ProtectedResource | undefined;
  readonly maxBodyBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxInFlight: number;
  readonly logger: Logger;
  readonly metrics: HttpMetrics | undefined;
  readonly clock: Clock;
  /** Whether only probes are answered any more. */
  readonly isDraining: () => boolean;
  /** How many requests have no complete answer, this one included. */
  readonly inFlight: () => number;
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
  return async (request, context) => {
    const startMs = options.clock.monotonicMs();
    const path = toPathname(request.url);
    const found = options.routes.find(path);
    const route = found && chooseRoute(found.routes, request.method);
    const response = await answerSafely(request, { options, found, route, context });
    addHeaders(response, { request, context, options });
    const note = (): void => {
      const durationMs = options.clock.monotonicMs() - startMs;
      const { method } = request;
      const { status } = response;
      const { requestId } = context;
      const label = (route ?? found?.routes[0])?.path ?? NO_ROUTE;
      options.metrics?.record({ method, route: label, status, durationMs });
      options.logger.debug("HTTP request done", { requestId, method, path, status, durationMs });
    };
    // An answer that is a stream takes longer than its beginning.
    context.completed.then(note, note);
    return response;
  };
}

interface Incoming {
  readonly options: RequestHandlerOptions;
  readonly found: FoundRoutes | undefined;
  readonly route: HttpRoute | undefined;
  readonly context: RequestContext;
}

async function answerSafely(request: Request, incoming: Incoming): Promise<Response> {
  const { options, context } = incoming;
  try {
    return await answer(request, incoming);
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

async function answer(request: Request, incoming: Incoming): Promise<Response> {
  const { options, found, route, context } = incoming;
  const unfit = refuseUnfit(request, incoming);
  if (unfit !== undefined) return unfit;
  if (found === undefined) return notFound(request);
  if (isPreflight(request)) {
    const { corsOrigins } = options;
    return preflightResponse(request, { corsOrigins, methods: toMethods(found.routes) });
  }
  if (route === undefined) return wrongMethod(request, toMethods(found.routes));
  const busy = refuseBusy(request, { options, route });
  if (busy !== undefined) return busy;
  const refused = options.admission.check(request, route, context);
  const refusal = refused instanceof Promise ? await refused : refused;
  if (refusal !== undefined) return refusal;
  context.params = found.params;
  const response = await route.handle(request, context);
  return request.method === "HEAD" ? await withoutBody(response) : response;
}

/** A body that nobody reads would keep open what is behind it. */
async function withoutBody(response: Response): Promise<Response> {
  await response.body?.cancel();
  return new Response(null, response);
}

/** The answer to a request that nobody should have sent. */
function refuseUnfit(request: Request, { options, route }: Incoming): Response | undefined {
  const { maxHeaderBytes } = options;
  if (isTooLong(request, maxHeaderBytes)) {
    const message =
      `Cannot read request as its URL and headers are longer than ${maxHeaderBytes} bytes`;
    return errorResponse(431, { code: "headers_too_large", message });
  }
  if (route?.isProbe === true) return undefined;
  const decision = guardHost(request.headers, options);
  return decision.ok ? undefined : errorResponse(403, decision);
}

/** The answer to a request that this server cannot take now, or not whole. */
function refuseBusy(
  request: Request,
  { options, route }: { readonly options: RequestHandlerOptions; readonly route: HttpRoute },
): Response | undefined {
  if (route.isProbe !== true) {
    if (options.isDraining()) return stopping();
    if (options.inFlight() > options.maxInFlight) return overloaded();
  }
  const { maxBodyBytes } = options;
  if (Number(request.headers.get("content-length")) <= maxBodyBytes) return undefined;
  const message = `Cannot read request as its body is larger than ${maxBodyBytes} bytes`;
  return errorResponse(413, { code: "body_too_large", message });
}

function toMethods(routes: readonly HttpRoute[]): readonly string[] {
  const methods = new Set(routes.flatMap((route) => route.methods));
  return [...methods, ...(methods.has("GET") ? ["HEAD"] : [])];
}

function chooseRoute(routes: readonly HttpRoute[], method: string): HttpRoute | undefined {
  const asked = method === "HEAD" ? "GET" : method;
  return routes.find(({ methods }) => methods.includes(asked));
}

function notFound(request: Request): Response {
  const message = `Cannot answer request as there is nothing at its path: "${
    toPathname(request.url)
  }"`;
  return errorResponse(404, { code: "not_found", message });
}

function wrongMethod({ method, url }: Request, methods: readonly string[]): Response {
  const message = `Cannot answer request as the path has no such method: ${method} ` +
    toPathname(url);
  return errorResponse(405, { code: "method_not_allowed", message }, { allow: methods.join(", ") });
}

function stopping(): Response {
  const message = "Cannot answer request as the server is stopping";
  return errorResponse(503, { code: "server_stopping", message }, { connection: "close" });
}

function overloaded(): Response {
  const message = "Cannot answer request as too many others are being answered";
  return errorResponse(503, { code: "server_busy", message }, { "retry-after": "1" });
}

function addHeaders(
  { headers, status }: Response,
  { request, context, options }: {
    readonly request: Request;
    readonly context: RequestContext;
    readonly options: RequestHandlerOptions;
  },
): void {
  headers.set("x-request-id", context.requestId);
  headers.set("x-content-type-options", "nosniff");
  const { corsOrigins, protectedResource } = options;
  if (corsOrigins.length > 0 && !headers.has("access-control-allow-origin")) {
    addCorsHeaders(headers, { origin: request.headers.get("origin"), corsOrigins });
  }
  if (protectedResource !== undefined && (status === 401 || status === 403)) {
    const challenge = headers.get("www-authenticate");
    if (challenge !== null) {
      const metadataUrl = toMetadataUrl(protectedResource, request);
      headers.set("www-authenticate", withResourceMetadata(challenge, metadataUrl));
    }
  }
}
