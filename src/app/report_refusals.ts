import type { Clock } from "../concurrency/mod.ts";
import type { Refusal } from "../network/mod.ts";
import { createRefusalReporter } from "../network/conduct/mod.ts";
import { getLogger, METRICS, type MetricsRegistry } from "../telemetry/mod.ts";

/**
 * Create what counts and logs all that this node does not let its peers do.
 *
 * @param metrics Where it is counted.
 * @param clock Whose time it is.
 * @returns Is to be told of each refusal.
 */
export function reportRefusals(
  metrics: MetricsRegistry,
  clock: Clock,
): (refusal: Refusal) => void {
  const counter = metrics.counter(METRICS.refusals);
  return createRefusalReporter({
    logger: getLogger("trust"),
    count: (reason) => counter.add(1, { reason }),
    clock,
  });
}
