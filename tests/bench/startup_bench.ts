import type { Benchmark, BenchmarkOptions, Row } from "./benchmark.ts";
import { type Program, startMcpp, startProgram } from "./program.ts";
import { medianRatio, quantile } from "./statistics.ts";

/** By then a node that has just started does nothing any more but wait. */
const SETTLE_MS = 1_000;
const MAX_TIME_RATIO = 1.5;
const MAX_MEMORY_RATIO = 1.3;

/** Start to ready, and memory when idle, of `mcpp serve` against the bare node. */
export const startupBenchmark: Benchmark = { name: "startup", run };

interface Start {
  readonly startMs: number;
  readonly residentMiB: number | undefined;
}

async function run({ pairs }: BenchmarkOptions): Promise<readonly Row[]> {
  // The first start of each compiles its modules and fills Deno's caches.
  await measureStart(startBareNode);
  await measureStart(startMcpp);
  const bare: Start[] = [];
  const mcpp: Start[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    bare.push(await measureStart(startBareNode));
    mcpp.push(await measureStart(startMcpp));
  }
  const startMs = compare("start to ready", "ms", {
    bare: bare.map((start) => start.startMs),
    mcpp: mcpp.map((start) => start.startMs),
    target: MAX_TIME_RATIO,
  });
  const bareMiB = bare.flatMap((start) => start.residentMiB ?? []);
  if (bareMiB.length < pairs) return startMs;
  const memory = compare("idle memory", "MiB", {
    bare: bareMiB,
    mcpp: mcpp.flatMap((start) => start.residentMiB ?? []),
    target: MAX_MEMORY_RATIO,
  });
  return [...startMs, ...memory];
}

function startBareNode(): Promise<Program> {
  return startProgram("tests/bench/bare_node.ts");
}

async function measureStart(start: () => Promise<Program>): Promise<Start> {
  await using program = await start();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return { startMs: program.startMs, residentMiB: await program.readResidentMiB() };
}

interface Series {
  readonly bare: readonly number[];
  readonly mcpp: readonly number[];
  readonly target: number;
}

function compare(what: string, unit: Row["unit"], series: Series): readonly Row[] {
  const { bare, mcpp, target } = series;
  const baseline = `bare node: ${what}`;
  return [
    { measure: baseline, unit, value: quantile(bare, 0.5) },
    {
      measure: `mcpp serve: ${what}`,
      unit,
      value: quantile(mcpp, 0.5),
      comparison: { baseline, ratio: medianRatio(mcpp, bare), target },
    },
  ];
}
