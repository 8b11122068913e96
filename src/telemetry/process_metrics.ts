import { METRICS } from "./metric_names.ts";
import type { MetricsRegistry } from "./metrics_registry.ts";

/** Where the numbers come from. */
export interface ObserveProcessOptions {
  /** Milliseconds of a clock that never goes back. @default {performance.now} */
  readonly monotonicMs?: (() => number) | undefined;
  /** Resident memory. @default {Deno.memoryUsage().rss} */
  readonly residentBytes?: (() => number) | undefined;
}

/**
 * Expose uptime, counted from this call, and memory of the process.
 *
 * @param registry Where they are exposed.
 * @param options Where the numbers come from.
 * @returns Ends the reading.
 */
export function observeProcess(
  registry: MetricsRegistry,
  options: ObserveProcessOptions = {},
): Disposable {
  const { monotonicMs = () => performance.now(), residentBytes = () => Deno.memoryUsage().rss } =
    options;
  const startMs = monotonicMs();
  const readings = new DisposableStack();
  readings.use(registry.gauge(METRICS.uptime).observe(() => (monotonicMs() - startMs) / 1000));
  readings.use(registry.gauge(METRICS.residentMemory).observe(residentBytes));
  return readings;
}
