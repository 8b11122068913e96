/**
 * The HTTP server: routes on `Deno.serve` with checks against foreign pages, CORS, limits, health,
 * metrics, and a shutdown that neither cuts answers short nor waits for ever.
 *
 * @module
 */

export {
  type DrainOptions,
  type HttpServer,
  type HttpServerOptions,
  type HttpServerStatistics,
  openHttpServer,
} from "./open_http_server.ts";
export type { HttpContext, HttpRoute } from "./route.ts";
export { createProbeRoutes } from "./probe_routes.ts";
export { createMetricsRoute } from "./metrics_route.ts";
export { createInfoRoute, type ServerInfo } from "./info_route.ts";
export { createMcpRoute } from "./mcp_route.ts";
export { type HttpListenCode, HttpListenError, type HttpListenErrorOptions } from "./errors.ts";
