import { openSqliteTaskStore } from "../../src/store/sqlite/mod.ts";
import { createLocalTaskQueue } from "../../src/taskqueue/mod.ts";
import { openPlainTable, openStoreTable } from "./bare_group_commit.ts";
import { makeBenchDirectory } from "./bench_directory.ts";
import type { Benchmark, Row } from "./benchmark.ts";
import { FILLED_PAYLOAD, fillQueue } from "./fill_queue.ts";
import { measureRates, toRateRow } from "./measure.ts";

const CONCURRENCY = 64;
const OPERATIONS = 6_400;
const ROUNDS = 9;
const MIN_RATIO = 0.5;

/** Tasks submitted in this process, against the same rows inserted by bare `node:sqlite`. */
export const groupCommitBenchmark: Benchmark = { name: "group-commit", run };

async function run(): Promise<readonly Row[]> {
  await using resources = new AsyncDisposableStack();
  const directory = await makeBenchDirectory(resources);
  const [samePath, storePath] = [`${directory}/same.sqlite`, `${directory}/store.sqlite`];
  await fillQueue(samePath, 1, ["bench.0"]);
  const same = resources.use(openStoreTable(samePath));
  const payload = JSON.stringify(FILLED_PAYLOAD);
  const plain = resources.use(openPlainTable(`${directory}/plain.sqlite`, payload));
  const store = resources.use(openSqliteTaskStore({ path: storePath }));
  const queue = createLocalTaskQueue({ store, peerId: "bench" });
  const rates = await measureRates({
    same: () => same.insert(),
    queue: () => queue.submit({ type: "bench.0", payload: FILLED_PAYLOAD }),
    plain: () => plain.insert(),
  }, { concurrency: CONCURRENCY, operations: OPERATIONS, rounds: ROUNDS });
  const baseline = { measure: "node:sqlite, the store's table: insert", rates: rates.same };
  return [
    toRateRow(baseline),
    toRateRow({ measure: "queue: submit", rates: rates.queue }, {
      baseline,
      targets: [{ figure: "ratio", atLeast: MIN_RATIO }],
    }),
    toRateRow({ measure: "node:sqlite, a plain table: insert", rates: rates.plain }, { baseline }),
  ];
}
