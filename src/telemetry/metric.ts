import { SeriesMap } from "./series.ts";

/** A metric as everyone knows it: its name, meaning and labels. */
export interface MetricDefinition<L extends string = never> {
  /** Letters, digits, `_`; a counter's ends in `_total`, and a unit is part of it. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  /** Names of the labels. @default {[]} */
  readonly labelNames?: readonly L[] | undefined;
  /** Combinations of label values that are kept apart. @default {200} */
  readonly maxSeries?: number | undefined;
}

/** One line of the exposition, without the metric's own name. */
export interface Sample {
  /** What follows the metric's name, such as `_sum`. */
  readonly suffix: string;
  /** Label names and values, in order. */
  readonly labels: readonly (readonly [string, string])[];
  /** What was measured. */
  readonly value: number;
}

/** What the registry knows of a metric. */
export interface Metric {
  /** As the exposition names it. */
  readonly type: "counter" | "gauge" | "histogram";
  /** Its name, meaning and labels. */
  readonly definition: MetricDefinition<string>;
  /** The present values. */
  collect(): Promise<readonly Sample[]> | readonly Sample[];
}

const DEFAULT_MAX_SERIES = 200;
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * The series of a metric, after checking its names.
 *
 * @param definition The metric.
 * @param createState How a series starts.
 * @returns No series yet, but for a metric without labels, which has one.
 * @throws {TypeError} If Prometheus would not read a name.
 */
export function createSeries<State>(
  definition: MetricDefinition<string>,
  createState: () => State,
): SeriesMap<State> {
  const { name, labelNames = [], maxSeries = DEFAULT_MAX_SERIES } = definition;
  if (!METRIC_NAME.test(name)) throw new TypeError(`Cannot name a metric like this: "${name}"`);
  for (const label of labelNames) {
    if (!LABEL_NAME.test(label)) {
      throw new TypeError(`Cannot name a label of "${name}" like this: "${label}"`);
    }
  }
  return new SeriesMap({ labelNames, maxSeries, createState });
}

/**
 * The label pairs of one series.
 *
 * @param definition The metric.
 * @param values In the order of the metric's labels.
 * @returns Names with their values.
 */
export function toLabelPairs(
  definition: MetricDefinition<string>,
  values: readonly string[],
): readonly (readonly [string, string])[] {
  return (definition.labelNames ?? []).map((name, index) => [name, values[index] ?? ""]);
}
