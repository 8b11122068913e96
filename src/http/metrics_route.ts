import { EXPOSITION_CONTENT_TYPE, type MetricsRegistry } from "../telemetry/mod.ts";
import type { HttpRoute } from "./route.ts";

/**
 * The route `/metrics`: all metrics in the Prometheus text format.
 *
 * @param registry The metrics.
 * @returns The route.
 */
export function createMetricsRoute(registry: MetricsRegistry): HttpRoute {
  return {
    path: "/metrics",
    scope: "system:read",
    methods: ["GET"],
    async handle(): Promise<Response> {
      const headers = { "content-type": EXPOSITION_CONTENT_TYPE, "cache-control": "no-store" };
      return new Response(await registry.expose(), { headers });
    },
  };
}
