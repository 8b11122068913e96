import type { Benchmark, Row } from "./benchmark.ts";
import { toLatencyRow } from "./measure.ts";
import { type Program, startProgram } from "./program.ts";
import { medianRatio, quantile } from "./statistics.ts";

const BURSTS = 25;
const WARM_UP_BURSTS = 3;
const RATE_ROUNDS = 7;
const LATENCIES = [
  "local submit",
  "local get",
  "local wake",
  "remote submit",
  "remote get",
  "remote wake",
] as const;
const RATES = ["local submit", "remote submit", "remote get"] as const;

/**
 * What it is worth that the network runs in the event loop of its callers: the same calls when it runs
 * in another thread and is reached by messages.
 */
export const bridgeBenchmark: Benchmark = { name: "bridge", run };

/** The two programs, or what was measured of them. */
interface Pair<T> {
  readonly bridged: T;
  readonly direct: T;
}

async function run(): Promise<readonly Row[]> {
  await using resources = new AsyncDisposableStack();
  const token = crypto.randomUUID();
  const far = resources.use(await startProgram("tests/bench/queue_node.ts", { args: [token] }));
  const args = [far.ready.multiaddrs[0] ?? "", token];
  const start = (...flags: readonly string[]) =>
    startProgram("tests/bench/bridge/main.ts", { args: [...args, ...flags] });
  const programs: Pair<Program> = {
    bridged: resources.use(await start("--bridge")),
    direct: resources.use(await start()),
  };
  return [
    ...await compareLatencies(programs),
    ...await compareRates(programs),
    ...await compareMemory(programs),
  ];
}

async function compareLatencies(programs: Pair<Program>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const what of LATENCIES) {
    const samples: Pair<number[]> = { bridged: [], direct: [] };
    for (let burst = -WARM_UP_BURSTS; burst < BURSTS; burst++) {
      for (const side of ["bridged", "direct"] as const) {
        const answer = await programs[side].ask({ ask: "latency", of: what });
        if (burst >= 0) samples[side].push(...answer["samples"] as number[]);
      }
    }
    const baseline = { measure: `bridged: ${what}`, samples: samples.bridged };
    rows.push(toLatencyRow(baseline));
    rows.push(toLatencyRow({ measure: `direct: ${what}`, samples: samples.direct }, { baseline }));
  }
  return rows;
}

async function compareRates(programs: Pair<Program>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const what of RATES) {
    const rates: Pair<number[]> = { bridged: [], direct: [] };
    const cpuUs: Pair<number[]> = { bridged: [], direct: [] };
    for (let round = -1; round < RATE_ROUNDS; round++) {
      for (const side of ["bridged", "direct"] as const) {
        const answer = await programs[side].ask({ ask: "rate", of: what });
        if (round < 0) continue;
        rates[side].push(Number(answer["rate"]));
        cpuUs[side].push(Number(answer["cpuUs"]));
      }
    }
    rows.push(...toRows(`${what}, 64 at a time`, "ops/s", rates));
    rows.push(...toRows(`${what}, 64 at a time: CPU`, "µs", cpuUs));
  }
  return rows;
}

async function compareMemory(programs: Pair<Program>): Promise<readonly Row[]> {
  const [bridged, direct] = await Promise.all(
    [programs.bridged, programs.direct].map((program) => program.readResidentMiB()),
  );
  if (bridged === undefined || direct === undefined) return [];
  return toRows("memory afterwards", "MiB", { bridged: [bridged], direct: [direct] });
}

function toRows(what: string, unit: Row["unit"], values: Pair<readonly number[]>): readonly Row[] {
  const { bridged, direct } = values;
  const baseline = `bridged: ${what}`;
  return [
    { measure: baseline, unit, value: quantile(bridged, 0.5) },
    {
      measure: `direct: ${what}`,
      unit,
      value: quantile(direct, 0.5),
      comparison: { baseline, ratio: medianRatio(direct, bridged) },
    },
  ];
}
