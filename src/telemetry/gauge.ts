import {
  createSeries,
  type Metric,
  type MetricDefinition,
  type Sample,
  toLabelPairs,
} from "./metric.ts";
import type { LabelArguments, Labels, SeriesMap } from "./series.ts";

/** The value of one series of a gauge. */
export interface GaugeReading<L extends string> {
  /** Which series. */
  readonly labels: Labels<L>;
  /** Its value. */
  readonly value: number;
}

/** Reads a gauge: a number when it has no labels, otherwise readings. */
export type ReadGauge<L extends string> = () => GaugeValue<L> | Promise<GaugeValue<L>>;

/** A number, or one reading for each series. */
export type GaugeValue<L extends string> = number | readonly GaugeReading<L>[];

/** Something that goes up and down, such as the number of running tasks. */
export class Gauge<L extends string = never> implements Metric {
  /** `gauge`. */
  readonly type = "gauge";
  /** Its name, meaning and labels. */
  readonly definition: MetricDefinition<L>;
  #series: SeriesMap<{ value: number }>;
  #read: ReadGauge<L> | undefined;

  /**
   * A gauge on its own; those that a registry makes are exposed.
   *
   * @param definition Its name, meaning and labels.
   * @throws {TypeError} If Prometheus would not read a name.
   */
  constructor(definition: MetricDefinition<L>) {
    this.definition = definition;
    this.#series = this.#createSeries();
  }

  /**
   * Replace the value.
   *
   * @param value The new value.
   * @param labels A value for each label.
   */
  set(value: number, ...[labels]: LabelArguments<L>): void {
    this.#series.get(labels).value = value;
  }

  /**
   * Change the value.
   *
   * @param amount Added to the value; may be negative.
   * @param labels A value for each label.
   */
  add(amount: number, ...[labels]: LabelArguments<L>): void {
    this.#series.get(labels).value += amount;
  }

  /**
   * From now on read the value by a function each time the metrics are exposed. A later call
   * replaces the function.
   *
   * @param read Gives the value; while it throws, the gauge is not exposed.
   * @returns Ends the reading, and clears the gauge.
   */
  observe(read: ReadGauge<L>): Disposable {
    this.#read = read;
    return {
      [Symbol.dispose]: () => {
        if (this.#read !== read) return;
        this.#read = undefined;
        this.#series = this.#createSeries();
      },
    };
  }

  /**
   * The present values.
   *
   * @returns One sample for each series.
   */
  async collect(): Promise<readonly Sample[]> {
    const value = await this.#read?.();
    if (value !== undefined) {
      this.#series = this.#createSeries();
      const readings = typeof value === "number" ? [{ labels: undefined, value }] : value;
      for (const reading of readings) this.#series.get(reading.labels).value = reading.value;
    }
    return [...this.#series.values()].map(({ labelValues, state }) => ({
      suffix: "",
      labels: toLabelPairs(this.definition, labelValues),
      value: state.value,
    }));
  }

  #createSeries(): SeriesMap<{ value: number }> {
    return createSeries(this.definition, () => ({ value: 0 }));
  }
}
