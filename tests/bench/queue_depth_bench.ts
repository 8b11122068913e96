import { openSqliteTaskStore } from "../../src/store/sqlite/mod.ts";
import type { Task } from "../../src/task/mod.ts";
import { createLocalTaskQueue, type LocalTaskQueue } from "../../src/taskqueue/mod.ts";
import { openPlainTable } from "./bare_group_commit.ts";
import { makeBenchDirectory } from "./bench_directory.ts";
import type { Benchmark, BenchmarkOptions, Row } from "./benchmark.ts";
import { createOpCaller } from "./call_op.ts";
import { FILLED_PAYLOAD, FILLED_TYPES, fillQueue } from "./fill_queue.ts";
import { measureLatencies, type Operation, toLatencyRow } from "./measure.ts";

const SAMPLES = 1_000;
const DEPTHS: readonly number[] = [1_000, 100_000];
const MAX_P99_MS = 1;
/** What the disk takes for any change that is to be durable. */
const DISK = "node:sqlite, a plain table: insert, durable";
const MAX_RATIO = 1.3;

/** What a claim costs when few and when many tasks wait: by the queue, and as a peer's operation. */
export const queueDepthBenchmark: Benchmark = { name: "queue-depth", run };

async function run({ depth }: BenchmarkOptions): Promise<readonly Row[]> {
  await using resources = new AsyncDisposableStack();
  const directory = await makeBenchDirectory(resources);
  const depths = [...DEPTHS.filter((each) => each < depth), depth];
  const plain = openPlainTable(`${directory}/plain.sqlite`, JSON.stringify(FILLED_PAYLOAD));
  resources.use(plain);
  const operations: Record<string, Operation> = { [DISK]: () => plain.insert() };
  for (const each of depths) {
    const path = `${directory}/${each}.sqlite`;
    await fillQueue(path, each);
    const store = resources.use(openSqliteTaskStore({ path }));
    const queue = createLocalTaskQueue({ store, peerId: "bench" });
    operations[nameOf("claim", each)] = claimByQueue(queue);
    operations[nameOf("claim operation", each)] = claimByOp(queue);
  }
  const samples = await measureLatencies(operations, { samples: SAMPLES, maxMs: 30_000 });
  const rows = ["claim", "claim operation"].flatMap((what) => {
    const [baseline, ...others] = depths.map((each) => {
      const measure = nameOf(what, each);
      return { measure, samples: samples[measure] ?? [] };
    });
    if (baseline === undefined) return [];
    const p99 = { figure: "p99", atMost: MAX_P99_MS } as const;
    const ratio = { figure: "ratio", atMost: MAX_RATIO } as const;
    return [
      toLatencyRow(baseline, { targets: [p99] }),
      ...others.map((each) => toLatencyRow(each, { baseline, targets: [p99, ratio] })),
    ];
  });
  return [toLatencyRow({ measure: DISK, samples: samples[DISK] ?? [] }), ...rows];
}

function nameOf(what: string, depth: number): string {
  return `${what}, ${depth.toLocaleString("en")} queued`;
}

/** Claims one at a time; each claimed task is then finished, and another one queued for it. */
function claimByQueue(queue: LocalTaskQueue): Operation {
  const claimed: Task[] = [];
  return {
    operate: async () => {
      const [task] = await queue.claim({ worker: "bench", types: FILLED_TYPES });
      if (task === undefined) throw new Error("There is no task to claim");
      claimed.push(task);
    },
    async restore() {
      await Promise.all(claimed.splice(0).map((task) => replace(queue, task)));
    },
  };
}

async function replace(queue: LocalTaskQueue, { id, lease, type, priority }: Task): Promise<void> {
  const outcome = { status: "completed", result: {} } as const;
  await queue.finish({ taskId: id, token: lease?.token ?? "", outcome });
  await queue.submit({ type, priority, payload: FILLED_PAYLOAD });
}

/** The same through the operation that a peer's request runs, but for the network. */
function claimByOp(queue: LocalTaskQueue): Operation {
  const call = createOpCaller(queue);
  const claimed: string[] = [];
  const request = {
    op: "claim",
    "worker_id": "bench",
    "supported_task_types": FILLED_TYPES,
    lease: true,
  };
  return {
    operate: async () => {
      const { task } = await call(request);
      if (!isClaimed(task)) throw new Error("There is no task to claim");
      claimed.push(task.task_id);
    },
    async restore() {
      await Promise.all(
        claimed.splice(0).map(async (taskId) => {
          const task = await queue.get(taskId);
          if (task !== undefined) await replace(queue, task);
        }),
      );
    },
  };
}

function isClaimed(task: unknown): task is { readonly "task_id": string } {
  return typeof task === "object" && task !== null && "task_id" in task;
}
