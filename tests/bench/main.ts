/**
 * Runs the benchmarks: `deno task bench [--json] [--pairs=7] [--depth=1000000] [name…]`. A name chooses
 * all benchmarks that contain it. The results go to standard output, what is being done to standard
 * error. A benchmark that cannot be run is reported there; the others are run all the same.
 */

import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import { bridgeBenchmark } from "./bridge_bench.ts";
import { discoveryBenchmark } from "./discovery_bench.ts";
import { discoveryScaleBenchmark } from "./discovery_scale_bench.ts";
import { duckDbBenchmark } from "./duckdb_bench.ts";
import { groupCommitBenchmark } from "./group_commit_bench.ts";
import { httpCallBenchmark } from "./http_call_bench.ts";
import { httpMemoryBenchmark } from "./http_memory_bench.ts";
import { localTaskBenchmark } from "./local_task_bench.ts";
import { queueDepthBenchmark } from "./queue_depth_bench.ts";
import { remoteTaskBenchmark } from "./remote_task_bench.ts";
import { formatTable, type Report } from "./report.ts";
import { startupBenchmark } from "./startup_bench.ts";
import { storeBenchmark } from "./store_bench.ts";
import { streamRateBenchmark } from "./stream_rate_bench.ts";
import { taskGroupBenchmark } from "./task_group_bench.ts";
import { toolCountBenchmark } from "./tool_count_bench.ts";
import { waitersBenchmark } from "./waiters_bench.ts";
import { wakeBenchmark } from "./wake_bench.ts";

const BENCHMARKS: readonly Benchmark[] = [
  startupBenchmark,
  remoteTaskBenchmark,
  localTaskBenchmark,
  storeBenchmark,
  groupCommitBenchmark,
  queueDepthBenchmark,
  duckDbBenchmark,
  streamRateBenchmark,
  wakeBenchmark,
  waitersBenchmark,
  bridgeBenchmark,
  taskGroupBenchmark,
  toolCountBenchmark,
  httpCallBenchmark,
  httpMemoryBenchmark,
  discoveryBenchmark,
  discoveryScaleBenchmark,
];

/** Returns the exit code. */
async function runBenchmarks(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      pairs: { type: "string", default: "7" },
      depth: { type: "string", default: "1000000" },
    },
  });
  const options = {
    pairs: toCount("--pairs", values.pairs),
    depth: toCount("--depth", values.depth),
  };
  const chosen = BENCHMARKS.filter(({ name }) =>
    positionals.length === 0 || positionals.some((part) => name.includes(part))
  );
  if (chosen.length === 0) {
    const names = BENCHMARKS.map(({ name }) => name).join(", ");
    throw new RangeError(`Cannot run benchmarks as none has such a name: there are ${names}`);
  }
  const reports: Report[] = [];
  let hasFailed = false;
  for (const benchmark of chosen) {
    await write(Deno.stderr, `${benchmark.name} …\n`);
    try {
      reports.push({ benchmark: benchmark.name, rows: await benchmark.run(options) });
    } catch (error) {
      hasFailed = true;
      await write(Deno.stderr, `${benchmark.name} failed: ${stackOf(error)}\n`);
    }
  }
  const text = values.json ? JSON.stringify(reports, null, 2) : formatTable(reports);
  await write(Deno.stdout, `${text}\n`);
  return hasFailed ? 1 : 0;
}

function toCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new RangeError(`Cannot run benchmarks as ${name} is no positive integer: "${text}"`);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

async function write(stream: { readonly writable: WritableStream<Uint8Array> }, text: string) {
  const writer = stream.writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
  writer.releaseLock();
}

// Not left to itself: libp2p leaves a BroadcastChannel open that would keep the process alive.
Deno.exit(await runBenchmarks(Deno.args));
