/** Headers that pages may send, besides those of MCP: what its clients of all revisions need. */
const ALLOWED_HEADERS = [
  "Authorization",
  "Content-Type",
  "Last-Event-ID",
  "Mcp-Method",
  "Mcp-Name",
  "Mcp-Protocol-Version",
  "Mcp-Session-Id",
];
/** Parameters of tools travel in headers that only the tool names, such as `Mcp-Param-Region`. */
const MCP_HEADER = /^mcp-[a-z0-9-]{1,124}$/;
/** More names than any tool has. */
const MAX_ECHOED_HEADERS = 64;
/** Headers of answers that pages may read. */
const EXPOSED_HEADERS =
  "Mcp-Session-Id, Mcp-Protocol-Version, WWW-Authenticate, Retry-After, X-Request-Id";
/** How long browsers may remember the answer to a preflight. */
const MAX_AGE_S = 600;

/**
 * Whether a request is a browser's question before the real request.
 *
 * @param request The request.
 * @returns Whether it is a preflight.
 */
export function isPreflight(request: Request): boolean {
  return request.method === "OPTIONS" && request.headers.has("access-control-request-method");
}

/**
 * The answer to a preflight whose origin has been admitted.
 *
 * @param request The preflight.
 * @param options The configured origins, and what the path answers.
 * @returns The response; without CORS headers, and so a refusal, if the origin is not configured.
 */
export function preflightResponse(request: Request, options: PreflightOptions): Response {
  const response = new Response(null, { status: 204 });
  const { headers } = response;
  const origin = request.headers.get("origin");
  addCorsHeaders(headers, { origin, corsOrigins: options.corsOrigins });
  if (!headers.has("access-control-allow-origin")) return response;
  headers.append("vary", "Access-Control-Request-Headers");
  headers.set("access-control-allow-methods", options.methods.join(", "));
  headers.set("access-control-allow-headers", toAllowedHeaders(request));
  headers.set("access-control-max-age", String(MAX_AGE_S));
  return response;
}

/** What a preflight is answered by. */
export interface PreflightOptions {
  readonly corsOrigins: readonly string[];
  readonly methods: readonly string[];
}

/**
 * Let a configured origin read the answer. Nothing is added for any other.
 *
 * @param headers The answer's headers; changed.
 * @param options The page's origin and the configured ones.
 */
export function addCorsHeaders(
  headers: Headers,
  options: { readonly origin: string | null; readonly corsOrigins: readonly string[] },
): void {
  const { origin, corsOrigins } = options;
  if (corsOrigins.length === 0) return;
  headers.append("vary", "Origin");
  if (origin === null || !(corsOrigins.includes("*") || corsOrigins.includes(origin))) return;
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-expose-headers", EXPOSED_HEADERS);
}

function toAllowedHeaders(request: Request): string {
  const known = new Set(ALLOWED_HEADERS.map((name) => name.toLowerCase()));
  const wished = (request.headers.get("access-control-request-headers") ?? "")
    .split(",", MAX_ECHOED_HEADERS)
    .map((name) => name.trim().toLowerCase())
    .filter((name) => MCP_HEADER.test(name) && !known.has(name));
  return [...ALLOWED_HEADERS, ...new Set(wished)].join(", ");
}
