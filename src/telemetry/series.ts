/** A value for each label of a metric. */
export type Labels<L extends string> = Readonly<Record<L, string>>;

/** The labels argument: required exactly when the metric has labels. */
export type LabelArguments<L extends string> = [L] extends [never] ? [] : [labels: Labels<L>];

/** One combination of label values, and what was measured for it. */
export interface Series<State> {
  /** In the order of the metric's label names. */
  readonly labelValues: readonly string[];
  readonly state: State;
}

/** Stands in for every label value once a metric has as many series as it may have. */
export const OVERFLOW_LABEL = "other";

/** What a {@linkcode SeriesMap} needs. */
export interface SeriesMapOptions<State> {
  /** Names of the labels, in the order in which they are written. */
  readonly labelNames: readonly string[];
  /** Further combinations of label values share one series. */
  readonly maxSeries: number;
  /** The state of a new series. */
  readonly createState: () => State;
}

/** The series of one metric. Bounded, as label values may come from strangers. */
export class SeriesMap<State> {
  readonly #options: SeriesMapOptions<State>;
  readonly #series = new Map<string, Series<State>>();

  /** @param options Labels, bound, and how a series starts. */
  constructor(options: SeriesMapOptions<State>) {
    this.#options = options;
    if (options.labelNames.length === 0) this.#create("", []);
  }

  /**
   * The state for these label values.
   *
   * @param labels A value for each label.
   * @returns Its state, or that of the overflow series when the metric is full.
   */
  get(labels: Readonly<Record<string, string>> | undefined): State {
    const { labelNames, maxSeries } = this.#options;
    const values = labelNames.map((name) => toLabelValue(name, labels));
    const key = JSON.stringify(values);
    const known = this.#series.get(labelNames.length === 0 ? "" : key);
    if (known !== undefined) return known.state;
    if (this.#series.size < maxSeries) return this.#create(key, values);
    return this.#series.get(OVERFLOW_LABEL)?.state ??
      this.#create(OVERFLOW_LABEL, values.map(() => OVERFLOW_LABEL));
  }

  /** All series, oldest first. */
  values(): Iterable<Series<State>> {
    return this.#series.values();
  }

  #create(key: string, labelValues: readonly string[]): State {
    const state = this.#options.createState();
    this.#series.set(key, { labelValues, state });
    return state;
  }
}

function toLabelValue(name: string, labels: Readonly<Record<string, string>> | undefined): string {
  const value = labels?.[name];
  if (value === undefined) throw new TypeError(`Cannot measure as a label is missing: "${name}"`);
  return value;
}
