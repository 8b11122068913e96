/** One benchmark: some measures, and how each compares with a baseline of the same run. */
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
  /** How many tasks wait in the deepest queue. */
  readonly depth: number;
}

/** One line of the result. */
export interface Row {
  /** What was measured. */
  readonly measure: string;
  readonly unit: "ms" | "µs" | "MiB" | "B" | "%" | "ops/s" | "messages";
  /** The typical value: a median. */
  readonly value: number;
  /** The 99th percentile, where there are enough samples for one. */
  readonly p99?: number;
  /** Absent on a baseline. */
  readonly comparison?: Comparison;
  /** What it should be. @default {[]} */
  readonly targets?: readonly Target[];
}

/** How a measure compares with a baseline: its figures divided by the baseline's. */
export interface Comparison {
  /** The measure it is compared with. */
  readonly baseline: string;
  /** The ratio of the typical values: of a cost better below 1, of a rate better above 1. */
  readonly ratio: number;
  /** The same of the 99th percentiles. */
  readonly p99Ratio?: number;
}

/** What a figure of a row should be. */
export interface Target {
  readonly figure: "value" | "p99" | "ratio";
  readonly atMost?: number;
  readonly atLeast?: number;
}
