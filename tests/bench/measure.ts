import type { Row, Target } from "./benchmark.ts";
import { medianRatio, quantile } from "./statistics.ts";

/** What is measured. */
export type Operation = (() => Promise<unknown>) | OperationInContext;

/** What is measured, and what has to happen around it, which is not. */
export interface OperationInContext {
  /** Makes ready for one operation; where latencies are measured. */
  prepare?(): Promise<unknown>;
  /** The part that is timed. */
  operate(): Promise<unknown>;
  /** Puts things back to where they were after each burst or round. */
  restore?(): Promise<unknown>;
}

/** Operations to be compared, by what they measure. */
export type Operations<Measure extends string> = Readonly<Record<Measure, Operation>>;

/** How long a measurement goes on. */
export interface MeasureOptions {
  /** How often each operation is measured, in bursts. */
  readonly samples: number;
  /** No new round of bursts begins after this time. @default {10000} */
  readonly maxMs?: number;
}

/** Measured operations in a row. */
const BURST = 20;
/** Unmeasured ones before them: what the operation before has left to be done may disturb these. */
const SKIPPED = 2;
/** For the compiler. */
const WARM_UP_ROUNDS = 2;

/**
 * Time operations one at a time, in bursts by turns: AAA BBB CCC AAA BBB CCC. So all of them see the
 * same machine, and none sees what another leaves to be done in the background.
 *
 * @param operations What is timed.
 * @param options How often.
 * @returns Milliseconds of each sample, by operation.
 */
export async function measureLatencies<Measure extends string>(
  operations: Operations<Measure>,
  options: MeasureOptions,
): Promise<Readonly<Record<Measure, readonly number[]>>> {
  const { maxMs = 10_000 } = options;
  const entries = Object.entries(operations) as [Measure, Operation][];
  const all = noSamples(entries);
  const endMs = performance.now() + maxMs;
  const rounds = Math.ceil(options.samples / BURST);
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    if (round > 0 && performance.now() > endMs) break;
    for (const [measure, operation] of entries) {
      const samples = await measureBurst(operation);
      if (round >= 0) all[measure].push(...samples);
    }
  }
  return all;
}

/**
 * Time operations one at a time, one burst.
 *
 * @param operation What is timed.
 * @returns Milliseconds of each sample.
 */
export async function measureBurst(operation: Operation): Promise<readonly number[]> {
  const { prepare, operate, restore } = inContext(operation);
  const samples: number[] = [];
  for (let count = -SKIPPED; count < BURST; count++) {
    await prepare?.();
    const startMs = performance.now();
    await operate();
    if (count >= 0) samples.push(performance.now() - startMs);
  }
  await restore?.();
  return samples;
}

/** How operations are done many at a time. */
export interface RateOptions {
  /** How many callers each wait for one operation before the next. */
  readonly concurrency: number;
  /** How many operations are done in all in one round. */
  readonly operations: number;
}

/**
 * Measure how many operations are done per second, in rounds by turns: A B C A B C. An unmeasured
 * round comes first, for the compiler.
 *
 * @param operations What is done.
 * @param options How many at a time, and how often.
 * @returns Operations per second of each round, by operation.
 */
export async function measureRates<Measure extends string>(
  operations: Operations<Measure>,
  options: RateOptions & { readonly rounds: number },
): Promise<Readonly<Record<Measure, readonly number[]>>> {
  const entries = Object.entries(operations) as [Measure, Operation][];
  const all = noSamples(entries);
  for (let round = -1; round < options.rounds; round++) {
    for (const [measure, operation] of entries) {
      const rate = await measureRate(operation, options);
      if (round >= 0) all[measure].push(rate);
    }
  }
  return all;
}

/**
 * Measure one round.
 *
 * @param operation What is done.
 * @param options How many at a time, and how often.
 * @returns Operations per second.
 */
export async function measureRate(operation: Operation, options: RateOptions): Promise<number> {
  const { concurrency, operations } = options;
  const { operate, restore } = inContext(operation);
  const startMs = performance.now();
  let begun = 0;
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (begun++ < operations) await operate();
  }));
  const rate = operations / (performance.now() - startMs) * 1000;
  await restore?.();
  return rate;
}

/** What a row says besides its own figures. */
export interface RowOptions<Baseline> {
  /** What it is compared with. @default {undefined} it is a baseline itself */
  readonly baseline?: Baseline | undefined;
  /** What it should be. @default {[]} */
  readonly targets?: readonly Target[];
}

/** The latencies that others are compared with. */
export interface LatencyBaseline {
  readonly measure: string;
  readonly samples: readonly number[];
}

/**
 * A row of latencies.
 *
 * @param latencies What was measured, and milliseconds.
 * @param options What it is compared with, and what it should be.
 */
export function toLatencyRow(
  { measure, samples }: LatencyBaseline,
  options: RowOptions<LatencyBaseline> = {},
): Row {
  const { baseline, targets = [] } = options;
  const row: Row = {
    measure,
    unit: "ms",
    value: quantile(samples, 0.5),
    p99: quantile(samples, 0.99),
    targets,
  };
  if (baseline === undefined) return row;
  const comparison = {
    baseline: baseline.measure,
    ratio: quantile(samples, 0.5) / quantile(baseline.samples, 0.5),
    p99Ratio: quantile(samples, 0.99) / quantile(baseline.samples, 0.99),
  };
  return { ...row, comparison };
}

/** The rates that others are compared with; their rounds alternated with these. */
export interface RateBaseline {
  readonly measure: string;
  readonly rates: readonly number[];
}

/**
 * A row of rates.
 *
 * @param measured What was measured, and operations per second, one for each round.
 * @param options What it is compared with, and what it should be.
 */
export function toRateRow(
  { measure, rates }: RateBaseline,
  options: RowOptions<RateBaseline> = {},
): Row {
  const { baseline, targets = [] } = options;
  const row: Row = { measure, unit: "ops/s", value: quantile(rates, 0.5), targets };
  if (baseline === undefined) return row;
  const ratio = medianRatio(rates, baseline.rates);
  return { ...row, comparison: { baseline: baseline.measure, ratio } };
}

function noSamples<Measure extends string>(
  entries: readonly (readonly [Measure, Operation])[],
): Record<Measure, number[]> {
  const none = entries.map(([measure]): [Measure, number[]] => [measure, []]);
  return Object.fromEntries(none) as Record<Measure, number[]>;
}

function inContext(operation: Operation): OperationInContext {
  return typeof operation === "function" ? { operate: operation } : operation;
}
