import {
  createSeries,
  type Metric,
  type MetricDefinition,
  type Sample,
  toLabelPairs,
} from "./metric.ts";
import type { LabelArguments, SeriesMap } from "./series.ts";

/** Something that only grows, such as the number of requests. */
export class Counter<L extends string = never> implements Metric {
  /** `counter`. */
  readonly type = "counter";
  /** Its name, meaning and labels. */
  readonly definition: MetricDefinition<L>;
  readonly #series: SeriesMap<{ value: number }>;

  /**
   * A counter on its own; those that a registry makes are exposed.
   *
   * @param definition Its name, meaning and labels.
   * @throws {TypeError} If Prometheus would not read a name, or the name does not end in `_total`.
   */
  constructor(definition: MetricDefinition<L>) {
    if (!definition.name.endsWith("_total")) {
      throw new TypeError(`Cannot name a counter like this: "${definition.name}"`);
    }
    this.definition = definition;
    this.#series = createSeries(definition, () => ({ value: 0 }));
  }

  /**
   * Count.
   *
   * @param amount How many, or how much.
   * @param labels A value for each label.
   * @throws {RangeError} If the amount is negative or not a number.
   */
  add(amount: number, ...[labels]: LabelArguments<L>): void {
    if (!(amount >= 0)) throw new RangeError(`Cannot count as a counter only grows: ${amount}`);
    this.#series.get(labels).value += amount;
  }

  /**
   * The present values.
   *
   * @returns One sample for each series.
   */
  collect(): readonly Sample[] {
    return [...this.#series.values()].map(({ labelValues, state }) => ({
      suffix: "",
      labels: toLabelPairs(this.definition, labelValues),
      value: state.value,
    }));
  }
}
