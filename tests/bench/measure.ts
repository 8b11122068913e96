import type { Row } from "./benchmark.ts";
import { medianRatio, quantile } from "./statistics.ts";

/** Operations to be compared, by what they measure. */
export type Operations<Measure extends string> = Readonly<Record<Measure, () => Promise<unknown>>>;

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
  const entries = Object.entries(operations) as [Measure, () => Promise<unknown>][];
  const all = Object.fromEntries(
    entries.map(([measure]): [Measure, number[]] => [measure, []]),
  ) as Record<Measure, number[]>;
  const endMs = performance.now() + maxMs;
  const rounds = Math.ceil(options.samples / BURST);
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    if (round > 0 && performance.now() > endMs) break;
    for (const [measure, operate] of entries) {
      const samples = await measureBurst(operate);
      if (round >= 0) all[measure].push(...samples);
    }
  }
  return all;
}

async function measureBurst(operate: () => Promise<unknown>): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let count = -SKIPPED; count < BURST; count++) {
    const startMs = performance.now();
    await operate();
    if (count >= 0) samples.push(performance.now() - startMs);
  }
  return samples;
}

/**
 * A row of latencies.
 *
 * @param measure What was measured.
 * @param samples Milliseconds.
 * @param baseline What it is compared with.
 */
export function toLatencyRow(
  measure: string,
  samples: readonly number[],
  baseline?: { readonly measure: string; readonly samples: readonly number[] },
): Row {
  const row: Row = {
    measure,
    unit: "ms",
    value: quantile(samples, 0.5),
    p99: quantile(samples, 0.99),
  };
  if (baseline === undefined) return row;
  const comparison = {
    baseline: baseline.measure,
    ratio: quantile(samples, 0.5) / quantile(baseline.samples, 0.5),
    p99Ratio: quantile(samples, 0.99) / quantile(baseline.samples, 0.99),
  };
  return { ...row, comparison };
}

/**
 * A row of rates.
 *
 * @param measure What was measured.
 * @param rates Operations per second, one for each round.
 * @param baseline What it is compared with; its rounds alternated with these.
 */
export function toRateRow(
  measure: string,
  rates: readonly number[],
  baseline?: { readonly measure: string; readonly rates: readonly number[] },
): Row {
  const row: Row = { measure, unit: "ops/s", value: quantile(rates, 0.5) };
  if (baseline === undefined) return row;
  // The cost of an operation is the inverse of the rate.
  const ratio = medianRatio(baseline.rates, rates);
  return { ...row, comparison: { baseline: baseline.measure, ratio } };
}
