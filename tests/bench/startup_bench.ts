import type { Benchmark, BenchmarkOptions, Row } from "./benchmark.ts";
import { buildMcpp, type Program, startBuiltMcpp, startMcpp, startProgram } from "./program.ts";
import { medianRatio, quantile } from "./statistics.ts";

/** By then a node that has just started does nothing any more but wait. */
const SETTLE_MS = 1_000;
const MAX_TIME_RATIO = 1.5;
const MAX_MEMORY_RATIO = 1.3;

/** Start to ready, and memory when idle, of `mcpp serve`, from source and built, against the bare node. */
export const startupBenchmark: Benchmark = { name: "startup", run };

interface Start {
  readonly startMs: number;
  readonly residentMiB: number | undefined;
}

async function run({ pairs }: BenchmarkOptions): Promise<readonly Row[]> {
  await buildMcpp();
  const programs: readonly StartedProgram[] = [
    { name: "bare node", start: startBareNode, starts: [] },
    { name: "mcpp serve", start: () => startMcpp(), starts: [] },
    { name: "mcpp serve, built", start: startBuiltMcpp, starts: [] },
  ];
  // The first start of each compiles its modules and fills Deno's caches.
  for (const { start } of programs) await measureStart(start);
  for (let round = 0; round < pairs; round++) {
    for (const { start, starts } of programs) starts.push(await measureStart(start));
  }
  const times = compare(programs, {
    what: "start to ready",
    unit: "ms",
    valueOf: ({ startMs }) => startMs,
    target: MAX_TIME_RATIO,
  });
  if (Deno.build.os !== "linux") return times;
  const memory = compare(programs, {
    what: "idle memory",
    unit: "MiB",
    valueOf: ({ residentMiB = NaN }) => residentMiB,
    target: MAX_MEMORY_RATIO,
  });
  return [...times, ...memory];
}

interface StartedProgram {
  readonly name: string;
  readonly start: () => Promise<Program>;
  /** What was measured, in the order of the rounds. */
  readonly starts: Start[];
}

function startBareNode(): Promise<Program> {
  return startProgram("tests/bench/bare_node.ts");
}

async function measureStart(start: () => Promise<Program>): Promise<Start> {
  await using program = await start();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return { startMs: program.startMs, residentMiB: await program.readResidentMiB() };
}

interface Quantity {
  readonly what: string;
  readonly unit: Row["unit"];
  readonly valueOf: (start: Start) => number;
  readonly target: number;
}

/** One row for each program; the first is what the others are compared with. */
function compare(programs: readonly StartedProgram[], quantity: Quantity): readonly Row[] {
  const { what, unit, valueOf, target } = quantity;
  const [bare, ...others] = programs.map(({ name, starts }) => ({
    measure: `${name}: ${what}`,
    values: starts.map(valueOf),
  }));
  if (bare === undefined) return [];
  const baseline = bare.measure;
  return [
    { measure: baseline, unit, value: quantile(bare.values, 0.5) },
    ...others.map(({ measure, values }): Row => ({
      measure,
      unit,
      value: quantile(values, 0.5),
      comparison: { baseline, ratio: medianRatio(values, bare.values) },
      targets: [{ figure: "ratio", atMost: target }],
    })),
  ];
}
