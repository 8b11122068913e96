/** One benchmark: some measures, and what each costs compared with a baseline of the same run. */
export interface Benchmark {
  /** By which it is chosen on the command line. */
  readonly name: string;
  /** Measure. Bounded in time, whatever the machine. */
  run(options: BenchmarkOptions): Promise<readonly Row[]>;
}

/** What the command line decides. */
export interface BenchmarkOptions {
  /** How often programs are started in the benchmarks that start programs. */
  readonly pairs: number;
}

/** One line of the result. */
export interface Row {
  /** What was measured. */
  readonly measure: string;
  readonly unit: "ms" | "µs" | "MiB" | "ops/s";
  /** The typical value: a median. */
  readonly value: number;
  /** The 99th percentile, where there are enough samples for one. */
  readonly p99?: number;
  /** Absent on a baseline. */
  readonly comparison?: Comparison;
}

/** How a measure compares with a baseline. */
export interface Comparison {
  /** The measure it is compared with. */
  readonly baseline: string;
  /** How many times the baseline's cost: its time, its memory, or its time per operation. */
  readonly ratio: number;
  /** The same of the 99th percentiles. */
  readonly p99Ratio?: number;
  /** The ratio that is not to be exceeded. */
  readonly target?: number;
}
