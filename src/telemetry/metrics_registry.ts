import { Counter } from "./counter.ts";
import { formatMetric } from "./exposition.ts";
import { Gauge } from "./gauge.ts";
import { Histogram, type HistogramDefinition } from "./histogram.ts";
import { getLogger } from "./logger.ts";
import type { Metric, MetricDefinition } from "./metric.ts";

const logger = getLogger("telemetry", "metrics");

/**
 * The metrics of one node. Each definition has one metric, whoever asks for it first.
 *
 * @example
 * ```ts
 * import { METRICS, MetricsRegistry } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const registry = new MetricsRegistry();
 * registry.counter(METRICS.toolCalls).add(1, { tool: "echo", outcome: "ok" });
 * assert.match(
 *   await registry.expose(),
 *   /^mcpp_tool_calls_total\{tool="echo",outcome="ok"\} 1$/m,
 * );
 * ```
 */
export class MetricsRegistry {
  readonly #metrics = new Map<string, Metric>();

  /**
   * The counter of a definition.
   *
   * @param definition Its name, meaning and labels.
   * @returns The same counter each time.
   * @throws {TypeError} If the name is taken by another definition, or not usable.
   */
  counter<L extends string = never>(definition: MetricDefinition<L>): Counter<L> {
    return this.#find(definition, Counter<L>) ?? this.#add(new Counter(definition));
  }

  /**
   * The gauge of a definition.
   *
   * @param definition Its name, meaning and labels.
   * @returns The same gauge each time.
   * @throws {TypeError} If the name is taken by another definition, or not usable.
   */
  gauge<L extends string = never>(definition: MetricDefinition<L>): Gauge<L> {
    return this.#find(definition, Gauge<L>) ?? this.#add(new Gauge(definition));
  }

  /**
   * The histogram of a definition.
   *
   * @param definition Its name, meaning, labels and buckets.
   * @returns The same histogram each time.
   * @throws {TypeError} If the name is taken by another definition, or not usable.
   * @throws {RangeError} If the buckets are not finite and ascending.
   */
  histogram<L extends string = never>(definition: HistogramDefinition<L>): Histogram<L> {
    return this.#find(definition, Histogram<L>) ?? this.#add(new Histogram(definition));
  }

  /**
   * All metrics in the Prometheus text format, version 0.0.4. A gauge that cannot be read is left
   * out and logged.
   *
   * @returns The text, for {@linkcode EXPOSITION_CONTENT_TYPE}.
   */
  async expose(): Promise<string> {
    const texts = await Promise.all([...this.#metrics.values()].map(exposeMetric));
    return texts.join("");
  }

  #find<M extends Metric>(
    definition: MetricDefinition<string>,
    kind: new (...definition: never[]) => M,
  ): M | undefined {
    const metric = this.#metrics.get(definition.name);
    if (metric === undefined) return undefined;
    if (metric instanceof kind && metric.definition === definition) return metric;
    throw new TypeError(`Cannot define metric as its name is taken: "${definition.name}"`);
  }

  #add<M extends Metric>(metric: M): M {
    this.#metrics.set(metric.definition.name, metric);
    return metric;
  }
}

async function exposeMetric(metric: Metric): Promise<string> {
  try {
    return formatMetric(metric, await metric.collect());
  } catch (error) {
    logger.warn("Metric cannot be read", { metric: metric.definition.name, error });
    return "";
  }
}
