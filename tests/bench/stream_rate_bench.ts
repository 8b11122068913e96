import { multiaddr } from "@multiformats/multiaddr";
import { openLibp2pNetwork } from "../../src/network/libp2p/mod.ts";
import { createQueueClient, type TaskQueue } from "../../src/taskqueue/mod.ts";
import { startBareLibp2p } from "./bare_libp2p.ts";
import type { Benchmark, Row } from "./benchmark.ts";
import { countBytes } from "./count_bytes.ts";
import { FILLED_PAYLOAD } from "./fill_queue.ts";
import { type FramedEcho, openFramedEcho } from "./framed_echo.ts";
import { measureRate, toRateRow } from "./measure.ts";
import { type Program, startProgram } from "./program.ts";

const IN_FLIGHT = { concurrency: 64, operations: 3_200 };
const ROUNDS = 7;
const TYPE = "bench.stream";
const MIN_RATIO = 0.6;

/**
 * Durable operations on another node's queue over one stream, many at a time, against an echo over one
 * stream of bare libp2p: frames of the same size, as many at a time, also to another process.
 */
export const streamRateBenchmark: Benchmark = { name: "stream-rate", run };

interface Measured {
  readonly name: string;
  readonly operate: () => Promise<unknown>;
  readonly rates: number[];
  readonly echoRates: number[];
  /** Half of what one operation sends and gets. */
  frameBytes: number;
}

async function run(): Promise<readonly Row[]> {
  await using resources = new AsyncDisposableStack();
  const token = crypto.randomUUID();
  const program = resources.use(
    await startProgram("tests/bench/queue_node.ts", { args: [token] }),
  );
  const target = { multiaddr: program.ready.multiaddrs[0] ?? "" };
  const network = resources.use(await openLibp2pNetwork());
  const count = { bytes: 0 };
  const counting = createQueueClient({ network: countBytes(network, count), token });
  resources.use(counting);
  const client = resources.use(createQueueClient({ network, token }));
  const echo = await openEcho(resources);

  const all = createOperations(client.queueOf(target));
  for (const [index, measured] of createOperations(counting.queueOf(target)).entries()) {
    const before = count.bytes;
    await measureRate(measured.operate, IN_FLIGHT);
    const frameBytes = Math.round((count.bytes - before) / IN_FLIGHT.operations / 2);
    Object.assign(all[index] ?? {}, { frameBytes });
  }
  for (let round = -1; round < ROUNDS; round++) {
    for (const { operate, rates, echoRates, frameBytes } of all) {
      const body = new Uint8Array(frameBytes - 4);
      const echoRate = await measureRate(() => echo.echo(body), IN_FLIGHT);
      const rate = await measureRate(operate, IN_FLIGHT);
      // The first round is for the compiler.
      if (round < 0) continue;
      echoRates.push(echoRate);
      rates.push(rate);
    }
  }
  return all.flatMap(({ name, rates, echoRates, frameBytes }) => {
    const baseline = { measure: `echo, frames of ${frameBytes} bytes`, rates: echoRates };
    const targets = [{ figure: "ratio", atLeast: MIN_RATIO }] as const;
    return [toRateRow(baseline), toRateRow({ measure: name, rates }, { baseline, targets })];
  });
}

/** Each needs what the one before leaves behind. */
function createOperations(queue: TaskQueue): readonly Measured[] {
  const claimed: { readonly taskId: string; readonly token: string }[] = [];
  const operations: Record<string, () => Promise<unknown>> = {
    submit: () => queue.submit({ type: TYPE, payload: FILLED_PAYLOAD }),
    async claim() {
      const [task] = await queue.claim({ worker: "bench", types: [TYPE] });
      if (!task?.lease) throw new Error("There is no task to claim");
      claimed.push({ taskId: task.id, token: task.lease.token });
    },
    async complete() {
      const task = claimed.pop();
      if (task === undefined) throw new Error("There is no task to complete");
      await queue.finish({ ...task, outcome: { status: "completed", result: { text: "hi" } } });
    },
  };
  return Object.entries(operations).map(([name, operate]) => ({
    name: `${name}, durable`,
    operate,
    rates: [],
    echoRates: [],
    frameBytes: 0,
  }));
}

async function openEcho(resources: AsyncDisposableStack): Promise<FramedEcho> {
  const peer: Program = resources.use(
    await startProgram("tests/bench/bare_node.ts", { args: ["--echo"] }),
  );
  const node = await startBareLibp2p({ listen: [], mdns: false });
  resources.defer(() => node.stop());
  return await openFramedEcho(await node.dial(multiaddr(peer.ready.multiaddrs[0])));
}
