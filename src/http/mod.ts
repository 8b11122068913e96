/**
 * The HTTP server: routes on `Deno.serve` with checks against foreign pages, CORS, authentication,
 * limits, health, metrics, documentation, and a shutdown that neither cuts answers short nor waits for
 * ever.
 *
 * @module
 */

export type { RequestRate } from "./admission.ts";
export {
  type DrainOptions,
  type HttpServer,
  type HttpServerOptions,
  type HttpServerStatistics,
  openHttpServer,
} from "./open_http_server.ts";
export type { HttpContext, HttpRoute } from "./route.ts";

export type { AuthDecision, Authenticator } from "./auth/authenticator.ts";
export { combineAuthenticators } from "./auth/combine_authenticators.ts";
export { createJwtAuthenticator, type JwtAuthenticatorOptions } from "./auth/jwt_authenticator.ts";
export { parseTokenFile } from "./auth/parse_token_file.ts";
export { type AccessToken, createTokenAuthenticator } from "./auth/token_authenticator.ts";
export { createResourceMetadataRoutes, type ProtectedResource } from "./resource_metadata.ts";

export { isLoopback } from "./is_loopback.ts";
export { createProbeRoutes } from "./probe_routes.ts";
export { createMetricsRoute } from "./metrics_route.ts";
export { createInfoRoute, type ServerInfo } from "./info_route.ts";
export { createMcpRoute } from "./mcp_route.ts";
export { createSseRoutes } from "./sse_routes.ts";
export { createPlainRoutes, type PlainRoutesOptions } from "./plain/create_plain_routes.ts";
export { createDocsRoutes } from "./docs/create_docs_routes.ts";
export type { DescribeApiOptions } from "./docs/describe_api.ts";
export {
  type HttpListenCode,
  HttpListenError,
  type HttpListenErrorOptions,
  TokenFileError,
} from "./errors.ts";
