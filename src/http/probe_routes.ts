import { moveOnAfter } from "../concurrency/mod.ts";
import type { HealthRegistry, HealthReport } from "../telemetry/mod.ts";
import type { HttpRoute } from "./route.ts";

/** How long a check may take before it counts as failed. */
const CHECK_TIMEOUT_MS = 5_000;

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
      // When the time is up, the report is about those checks that did not answer.
      const asked = await moveOnAfter(CHECK_TIMEOUT_MS, ask);
      const isOk = !asked.timedOut && asked.value.status === "ok";
      return Response.json(asked.timedOut ? { status: "unavailable", checks: {} } : asked.value, {
        status: isOk ? 200 : 503,
        headers: { "cache-control": "no-store" },
      });
    },
  };
}
