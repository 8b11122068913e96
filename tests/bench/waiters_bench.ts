import type { Benchmark, Row } from "./benchmark.ts";
import { startProgram } from "./program.ts";

const WAITERS = 10_000;
const IDLE_MS = 5_000;
const MAX_CPU_PERCENT = 2;
const MAX_BYTES = 2_000;

/** What callers cost that wait for a task while nothing happens. */
export const waitersBenchmark: Benchmark = { name: "waiters", run };

async function run(): Promise<readonly Row[]> {
  await using program = await startProgram("tests/bench/waiters.ts", {
    runArgs: ["--v8-flags=--expose-gc"],
  });
  // The first ones are for the compiler and for what is made once.
  await program.ask({ ask: "submit", count: WAITERS + 100 });
  await program.ask({ ask: "wait", count: 100 });
  const before = await program.ask({ ask: "memory" });
  const without = await program.ask({ ask: "idle", ms: IDLE_MS });
  await program.ask({ ask: "wait", count: WAITERS });
  const after = await program.ask({ ask: "memory" });
  const waiting = await program.ask({ ask: "idle", ms: IDLE_MS });
  const bytesOf = (what: string) => (Number(after[what]) - Number(before[what])) / WAITERS;
  return [
    {
      measure: "no waiters: share of one core",
      unit: "%",
      value: Number(without["cpuShare"]) * 100,
    },
    {
      measure: `${WAITERS.toLocaleString("en")} idle waiters: share of one core`,
      unit: "%",
      value: Number(waiting["cpuShare"]) * 100,
      targets: [{ figure: "value", atMost: MAX_CPU_PERCENT }],
    },
    {
      measure: "each idle waiter: heap",
      unit: "B",
      value: bytesOf("heapBytes"),
      targets: [{ figure: "value", atMost: MAX_BYTES }],
    },
    { measure: "each idle waiter: resident memory", unit: "B", value: bytesOf("residentBytes") },
  ];
}
