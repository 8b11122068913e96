import { openSqliteTaskStore } from "../../src/store/sqlite/mod.ts";
import { createLocalTaskQueue } from "../../src/taskqueue/mod.ts";
import { makeBenchDirectory } from "./bench_directory.ts";
import type { Benchmark, Row } from "./benchmark.ts";
import { FILLED_TYPES, fillQueue } from "./fill_queue.ts";
import { measureRate, toRateRow } from "./measure.ts";
import { type Program, startProgram } from "./program.ts";

const DEPTH = 100_000;
const ROUNDS = 7;
/** So few that the depth remains what it is. */
const DUCKDB_CLAIMS = 30;
const QUEUE_CLAIMS = 1_280;
const CONCURRENCY = 64;
const MIN_RATIO = 100;

/** Claims from a deep queue, against DuckDB with the Python system's statements. */
export const duckDbBenchmark: Benchmark = { name: "duckdb", run };

async function run(): Promise<readonly Row[]> {
  await using resources = new AsyncDisposableStack();
  const duckDb = resources.use(
    await startProgram("tests/bench/duckdb/main.ts", {
      runArgs: ["--no-config", "--frozen", "--lock=tests/bench/duckdb/deno.lock"],
    }),
  );
  await duckDb.ask({ ask: "fill", count: DEPTH });
  const path = `${await makeBenchDirectory(resources)}/queue.sqlite`;
  await fillQueue(path, DEPTH);
  const store = resources.use(openSqliteTaskStore({ path }));
  const queue = createLocalTaskQueue({ store, peerId: "bench" });
  const claim = () => queue.claim({ worker: "bench", types: FILLED_TYPES });

  const rates = { next: [], byOwner: [], alone: [], many: [] } as Record<string, number[]>;
  for (let round = -1; round < ROUNDS; round++) {
    const measured = {
      next: await askRate(duckDb, "claimNext"),
      byOwner: await askRate(duckDb, "claimByOwner"),
      alone: await measureRate(claim, { concurrency: 1, operations: QUEUE_CLAIMS }),
      many: await measureRate(claim, { concurrency: CONCURRENCY, operations: QUEUE_CLAIMS }),
    };
    // The first round is for the compiler.
    if (round < 0) continue;
    for (const [name, rate] of Object.entries(measured)) rates[name]?.push(rate);
  }
  const { next = [], byOwner = [], alone = [], many = [] } = rates;
  const baseline = { measure: "DuckDB: claim the oldest", rates: next };
  const targets = [{ figure: "ratio", atLeast: MIN_RATIO }] as const;
  return [
    toRateRow(baseline),
    toRateRow({ measure: "DuckDB: claim by owner", rates: byOwner }, { baseline }),
    toRateRow({ measure: "queue: claim, one at a time", rates: alone }, { baseline }),
    toRateRow({ measure: `queue: claim, ${CONCURRENCY} at a time`, rates: many }, {
      baseline,
      targets,
    }),
  ];
}

async function askRate(duckDb: Program, what: string): Promise<number> {
  const { rate } = await duckDb.ask({ ask: what, count: DUCKDB_CLAIMS });
  return Number(rate);
}
