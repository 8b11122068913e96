import type { HealthRegistry, HealthReport } from "../telemetry/mod.ts";
import { askHealth } from "./ask_health.ts";
import type { HttpRoute } from "./route.ts";

/**
 * The routes that ask how the node is: `/live` whether it should be restarted, `/ready` and
 * `/health` whether it should be given work. 200 for yes, 503 for no, each with the reasons.
 *
 * @param health What is asked.
 * @returns The routes.
 */
export function createProbeRoutes(health: HealthRegistry): readonly HttpRoute[] {
  return [
    createProbe("/health", (signal) => health.readiness({ signal })),
    createProbe("/live", (signal) => health.liveness({ signal })),
    createProbe("/ready", (signal) => health.readiness({ signal })),
  ];
}

function createProbe(
  path: string,
  ask: (signal: AbortSignal) => Promise<HealthReport>,
): HttpRoute {
  return {
    path,
    methods: ["GET"],
    isProbe: true,
    async handle(): Promise<Response> {
      const report = await askHealth(ask);
      return Response.json(report, {
        status: report.status === "ok" ? 200 : 503,
        headers: { "cache-control": "no-store" },
      });
    },
  };
}
