import { METRICS, type MetricsRegistry } from "../telemetry/mod.ts";

/** One answered request. */
export interface AnsweredRequest {
  readonly method: string;
  /** The route's path, not the request's. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

/** The server's metrics. */
export interface HttpMetrics {
  /** Count a request. */
  record(request: AnsweredRequest): void;
}

/** Methods that are worth a label; callers can make up any others. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "DELETE", "OPTIONS"]);

/**
 * The metrics of an HTTP server.
 *
 * @param registry Where they are exposed.
 * @returns What records them.
 */
export function createHttpMetrics(registry: MetricsRegistry): HttpMetrics {
  const requests = registry.counter(METRICS.httpRequests);
  const seconds = registry.histogram(METRICS.httpRequestSeconds);
  return {
    record({ method, route, status, durationMs }): void {
      const known = METHODS.has(method) ? method : "other";
      requests.add(1, { method: known, route, status: String(status) });
      seconds.record(durationMs / 1000, { route });
    },
  };
}
