import { runTaskGroup } from "../../src/concurrency/mod.ts";
import type { Benchmark, Row } from "./benchmark.ts";
import { medianRatio, quantile } from "./statistics.ts";

const OPERATIONS_PER_ROUND = 10_000;
const ROUNDS = 15;

/** What a task group with one child costs over a bare `Promise.all`. */
export const taskGroupBenchmark: Benchmark = { name: "task-group", run };

async function run(): Promise<readonly Row[]> {
  const plain: number[] = [];
  const grouped: number[] = [];
  for (let round = -2; round < ROUNDS; round++) {
    const plainUs = await measureUs(() => Promise.all([child()]));
    const groupedUs = await measureUs(() =>
      runTaskGroup((group) => {
        group.spawn("child", child);
      })
    );
    // The first rounds are for the compiler.
    if (round < 0) continue;
    plain.push(plainUs);
    grouped.push(groupedUs);
  }
  const baseline = "Promise.all of one promise";
  return [
    { measure: baseline, unit: "µs", value: quantile(plain, 0.5) },
    {
      measure: "runTaskGroup with one child",
      unit: "µs",
      value: quantile(grouped, 0.5),
      comparison: { baseline, ratio: medianRatio(grouped, plain) },
    },
  ];
}

async function child(): Promise<void> {
  await Promise.resolve();
}

/** Microseconds of one operation, on average over a round. */
async function measureUs(operate: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  for (let count = 0; count < OPERATIONS_PER_ROUND; count++) await operate();
  return (performance.now() - startMs) * 1000 / OPERATIONS_PER_ROUND;
}
