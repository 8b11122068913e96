/**
 * Runs the benchmarks: `deno task bench [--json] [--pairs=7] [name…]`. A name chooses all benchmarks
 * that contain it. The results go to standard output, what is being done to standard error.
 */

import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import { localTaskBenchmark } from "./local_task_bench.ts";
import { remoteTaskBenchmark } from "./remote_task_bench.ts";
import { formatTable, type Report } from "./report.ts";
import { startupBenchmark } from "./startup_bench.ts";
import { storeBenchmark } from "./store_bench.ts";
import { taskGroupBenchmark } from "./task_group_bench.ts";
import { toolCountBenchmark } from "./tool_count_bench.ts";

const BENCHMARKS: readonly Benchmark[] = [
  startupBenchmark,
  remoteTaskBenchmark,
  localTaskBenchmark,
  storeBenchmark,
  taskGroupBenchmark,
  toolCountBenchmark,
];

async function runBenchmarks(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      pairs: { type: "string", default: "7" },
    },
  });
  const pairs = Number(values.pairs);
  if (!Number.isSafeInteger(pairs) || pairs < 1) {
    throw new RangeError(`Cannot run benchmarks as --pairs is no positive integer: "${pairs}"`);
  }
  const chosen = BENCHMARKS.filter(({ name }) =>
    positionals.length === 0 || positionals.some((part) => name.includes(part))
  );
  if (chosen.length === 0) {
    const names = BENCHMARKS.map(({ name }) => name).join(", ");
    throw new RangeError(`Cannot run benchmarks as none has such a name: there are ${names}`);
  }
  const reports: Report[] = [];
  for (const benchmark of chosen) {
    await write(Deno.stderr, `${benchmark.name} …\n`);
    reports.push({ benchmark: benchmark.name, rows: await benchmark.run({ pairs }) });
  }
  const text = values.json ? JSON.stringify(reports, null, 2) : formatTable(reports);
  await write(Deno.stdout, `${text}\n`);
}

async function write(stream: { readonly writable: WritableStream<Uint8Array> }, text: string) {
  const writer = stream.writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
  writer.releaseLock();
}

await runBenchmarks(Deno.args);
// libp2p leaves a BroadcastChannel open that would keep the process alive.
Deno.exit(0);
