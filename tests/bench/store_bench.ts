import type { TaskStore } from "../../src/store/mod.ts";
import { createMemoryTaskStore } from "../../src/store/memory/mod.ts";
import { openSqliteTaskStore } from "../../src/store/sqlite/mod.ts";
import { createLocalTaskQueue, type LocalTaskQueue } from "../../src/taskqueue/mod.ts";
import type { Benchmark, Row } from "./benchmark.ts";
import { measureRate, toRateRow } from "./measure.ts";

const IN_ROUND = { concurrency: 64, operations: 3_200 };
const ROUNDS = 5;
const TYPE = "noop";

/** How many tasks a queue takes and gets done in this process: SQLite against memory. */
export const storeBenchmark: Benchmark = { name: "store", run };

interface Rates {
  readonly submit: number[];
  readonly work: number[];
}

async function run(): Promise<readonly Row[]> {
  const memory: Rates = { submit: [], work: [] };
  const sqlite: Rates = { submit: [], work: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    // The first round is for the compiler.
    const isWarmUp = round === 0;
    await addRound(await openMemory(), isWarmUp ? undefined : memory);
    await addRound(await openSqlite(), isWarmUp ? undefined : sqlite);
  }
  return [
    ...compare("submit, 64 at a time", memory.submit, sqlite.submit),
    ...compare("claim + finish, 64 at a time", memory.work, sqlite.work),
  ];
}

interface OpenStore extends AsyncDisposable {
  readonly store: TaskStore;
}

function openMemory(): Promise<OpenStore> {
  const store = createMemoryTaskStore();
  return Promise.resolve({ store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() });
}

async function openSqlite(): Promise<OpenStore> {
  const resources = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir({ prefix: "mcpp-bench-" });
  resources.defer(() => Deno.remove(directory, { recursive: true }));
  const store = resources.use(openSqliteTaskStore({ path: `${directory}/queue.sqlite` }));
  return { store, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

async function addRound(open: OpenStore, rates: Rates | undefined): Promise<void> {
  await using resource = open;
  const queue = createLocalTaskQueue({ store: resource.store, peerId: "" });
  const submit = await measureRate(
    () => queue.submit({ type: TYPE, payload: { text: "hi" } }),
    IN_ROUND,
  );
  const work = await measureRate(() => claimAndFinish(queue), IN_ROUND);
  rates?.submit.push(submit);
  rates?.work.push(work);
}

async function claimAndFinish(queue: LocalTaskQueue): Promise<void> {
  const [task] = await queue.claim({ worker: "bench", types: [TYPE] });
  const lease = task?.lease;
  if (!task || !lease) throw new Error("There is no task to claim");
  const outcome = { status: "completed", result: { text: "hi" } } as const;
  await queue.finish({ taskId: task.id, token: lease.token, outcome });
}

function compare(
  what: string,
  memory: readonly number[],
  sqlite: readonly number[],
): readonly Row[] {
  const baseline = { measure: `memory: ${what}`, rates: memory };
  return [
    toRateRow(baseline),
    toRateRow({ measure: `SQLite: ${what}`, rates: sqlite }, { baseline }),
  ];
}
