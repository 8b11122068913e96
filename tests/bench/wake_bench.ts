import { multiaddr } from "@multiformats/multiaddr";
import { openLibp2pNetwork } from "../../src/network/libp2p/mod.ts";
import { openSqliteTaskStore } from "../../src/store/sqlite/mod.ts";
import { createLocalTaskQueue, createQueueClient } from "../../src/taskqueue/mod.ts";
import { startBareLibp2p } from "./bare_libp2p.ts";
import { makeBenchDirectory } from "./bench_directory.ts";
import type { Benchmark, Row } from "./benchmark.ts";
import { openEchoStream, roundTrip } from "./echo_stream.ts";
import { measureLatencies, toLatencyRow } from "./measure.ts";
import { startProgram } from "./program.ts";
import { createFinishOperation, createWakeOperation } from "./wake_operation.ts";

const SAMPLES = 1_000;
const MAX_P99_MS = 10;
const MESSAGE = new Uint8Array(256);

/**
 * From the report of a task's end until somebody who waits for the task knows of it: in one process,
 * against the report alone; and on another node's queue, against a round trip.
 */
export const wakeBenchmark: Benchmark = { name: "wake", run };

async function run(): Promise<readonly Row[]> {
  await using resources = new AsyncDisposableStack();
  const path = `${await makeBenchDirectory(resources)}/queue.sqlite`;
  const store = resources.use(openSqliteTaskStore({ path }));
  const local = createLocalTaskQueue({ store, peerId: "bench" });

  const token = crypto.randomUUID();
  const far = resources.use(await startProgram("tests/bench/queue_node.ts", { args: [token] }));
  const network = resources.use(await openLibp2pNetwork());
  const client = resources.use(createQueueClient({ network, token }));
  const remote = client.queueOf({ multiaddr: far.ready.multiaddrs[0] ?? "" });

  const samples = await measureLatencies({
    finish: createFinishOperation(local),
    wake: createWakeOperation(local),
    echo: await openEcho(resources),
    remote: createWakeOperation(remote),
  }, { samples: SAMPLES, maxMs: 40_000 });
  const finish = { measure: "finish, durable", samples: samples.finish };
  const echo = { measure: "raw libp2p: round trip, same stream", samples: samples.echo };
  const targets = [{ figure: "p99", atMost: MAX_P99_MS }] as const;
  return [
    toLatencyRow(finish),
    toLatencyRow({ measure: "finish until waiter wakes", samples: samples.wake }, {
      baseline: finish,
      targets,
    }),
    toLatencyRow(echo),
    toLatencyRow({ measure: "over libp2p: finish until waiter wakes", samples: samples.remote }, {
      baseline: echo,
      targets,
    }),
  ];
}

async function openEcho(resources: AsyncDisposableStack): Promise<() => Promise<void>> {
  const peer = resources.use(
    await startProgram("tests/bench/bare_node.ts", { args: ["--echo"] }),
  );
  const node = await startBareLibp2p({ listen: [], mdns: false });
  resources.defer(() => node.stop());
  const stream = await openEchoStream(await node.dial(multiaddr(peer.ready.multiaddrs[0])));
  return () => roundTrip(stream, MESSAGE);
}
