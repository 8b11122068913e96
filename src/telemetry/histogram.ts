import { formatNumber } from "./exposition.ts";
import {
  createSeries,
  type Metric,
  type MetricDefinition,
  type Sample,
  toLabelPairs,
} from "./metric.ts";
import type { LabelArguments, SeriesMap } from "./series.ts";

/** A histogram as everyone knows it. */
export interface HistogramDefinition<L extends string = never> extends MetricDefinition<L> {
  /** Upper bounds, ascending, in the unit of the name. @default {DEFAULT_BUCKETS} */
  readonly buckets?: readonly number[] | undefined;
}

/** Seconds, from a fast local call to a slow remote one. */
export const DEFAULT_BUCKETS: readonly number[] = [
  ...[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
  ...[1, 2.5, 5, 10, 30, 60],
];

interface HistogramState {
  /** Measurements by bucket, the last one above all bounds. Not cumulative. */
  readonly counts: number[];
  sum: number;
}

/** How measurements are distributed, such as the seconds that requests take. */
export class Histogram<L extends string = never> implements Metric {
  /** `histogram`. */
  readonly type = "histogram";
  /** Its name, meaning, labels and buckets. */
  readonly definition: HistogramDefinition<L>;
  readonly #buckets: readonly number[];
  readonly #series: SeriesMap<HistogramState>;

  /**
   * A histogram on its own; those that a registry makes are exposed.
   *
   * @param definition Its name, meaning, labels and buckets.
   * @throws {TypeError} If Prometheus would not read a name, or a label is called `le`.
   * @throws {RangeError} If the buckets are not finite and ascending.
   */
  constructor(definition: HistogramDefinition<L>) {
    const { name, buckets = DEFAULT_BUCKETS, labelNames = [] } = definition;
    const isAscending = buckets.every((bound, index) =>
      Number.isFinite(bound) && bound > (buckets[index - 1] ?? -Infinity)
    );
    if (!isAscending) throw new RangeError(`Cannot use buckets as they do not ascend: "${name}"`);
    if (labelNames.some((label) => label === "le")) {
      throw new TypeError(`Cannot name a label of "${name}" like this: "le"`);
    }
    this.definition = definition;
    this.#buckets = buckets;
    this.#series = createSeries(definition, () => ({
      counts: new Array<number>(buckets.length + 1).fill(0),
      sum: 0,
    }));
  }

  /**
   * Take in a measurement.
   *
   * @param value In the unit of the name.
   * @param labels A value for each label.
   */
  record(value: number, ...[labels]: LabelArguments<L>): void {
    const state = this.#series.get(labels);
    const index = this.#buckets.findIndex((bound) => value <= bound);
    const bucket = index === -1 ? this.#buckets.length : index;
    state.counts[bucket] = (state.counts[bucket] ?? 0) + 1;
    state.sum += value;
  }

  /**
   * The present values.
   *
   * @returns For each series its cumulative buckets, sum and count.
   */
  collect(): readonly Sample[] {
    return [...this.#series.values()].flatMap(({ labelValues, state }) => {
      const labels = toLabelPairs(this.definition, labelValues);
      let count = 0;
      const buckets = state.counts.map((inBucket, index): Sample => {
        count += inBucket;
        const bound = formatNumber(this.#buckets[index] ?? Infinity);
        return { suffix: "_bucket", labels: [...labels, ["le", bound]], value: count };
      });
      return [
        ...buckets,
        { suffix: "_sum", labels, value: state.sum },
        { suffix: "_count", labels, value: count },
      ];
    });
  }
}
