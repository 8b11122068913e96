import { multiaddr } from "@multiformats/multiaddr";
import { createClient } from "../../mod.ts";
import { openLibp2pNetwork } from "../../src/network/libp2p/mod.ts";
import { createQueueClient } from "../../src/taskqueue/mod.ts";
import { startBareLibp2p } from "./bare_libp2p.ts";
import type { Benchmark, Row } from "./benchmark.ts";
import { openEchoStream, roundTrip } from "./echo_stream.ts";
import { measureLatencies, toLatencyRow } from "./measure.ts";
import { startMcpp, startProgram } from "./program.ts";
import { submitAndWait, submitAndWaitByMcp } from "./submit_and_wait.ts";

const SAMPLES = 500;
/** As long as the line that submits a task. */
const MESSAGE = new Uint8Array(256);

/**
 * Submit a task to another node and get its result, against one round trip over libp2p to another
 * process. Submitting and waiting are a request each on the same stream, and the task is written to
 * disk three times in between: submitted, claimed, completed.
 */
export const remoteTaskBenchmark: Benchmark = { name: "remote-task", run };

async function run(): Promise<readonly Row[]> {
  await using resources = new AsyncDisposableStack();
  const token = crypto.randomUUID();
  const tokenFile = await Deno.makeTempFile();
  resources.defer(() => Deno.remove(tokenFile));
  await Deno.writeTextFile(tokenFile, token);

  const echo = await openEcho(resources);
  const near = resources.use(await startMcpp("--no-worker", "--token-file", tokenFile));
  const far = resources.use(await startMcpp("--token-file", tokenFile));
  const farAddress = far.ready.multiaddrs[0] ?? "";
  const network = resources.use(await openLibp2pNetwork());
  const queueClient = resources.use(createQueueClient({ network, token }));
  const queue = queueClient.queueOf({ multiaddr: farAddress });
  const client = resources.use(await createClient(near.ready.url));

  const { taskId } = await queue.submit({ type: "never.done", payload: {} });
  const samples = await measureLatencies({
    fresh: echo.onFreshStream,
    reused: echo.onReusedStream,
    get: () => queue.get(taskId),
    queue: () => submitAndWait(queue),
    mcp: () => submitAndWaitByMcp(client, farAddress),
  }, { samples: SAMPLES, maxMs: 15_000 });
  const baseline = { measure: "raw libp2p: round trip, same stream", samples: samples.reused };
  const toRow = (measure: string, of: keyof typeof samples) =>
    toLatencyRow({ measure, samples: samples[of] }, { baseline });
  return [
    toLatencyRow(baseline),
    toRow("raw libp2p: round trip, new stream", "fresh"),
    toRow("queue client: get", "get"),
    toRow("queue client: submit + wait", "queue"),
    toRow("MCP over HTTP to a near node: submit + wait", "mcp"),
  ];
}

interface Echo {
  onFreshStream(): Promise<void>;
  onReusedStream(): Promise<void>;
}

/** libp2p without mcpp, here and in another process. */
async function openEcho(resources: AsyncDisposableStack): Promise<Echo> {
  const peer = resources.use(await startProgram("tests/bench/bare_node.ts", { args: ["--echo"] }));
  const node = await startBareLibp2p({ listen: [], mdns: false });
  resources.defer(() => node.stop());
  const connection = await node.dial(multiaddr(peer.ready.multiaddrs[0]));
  const reused = await openEchoStream(connection);
  return {
    async onFreshStream() {
      const stream = await openEchoStream(connection);
      await roundTrip(stream, MESSAGE);
      await stream.close();
    },
    onReusedStream: () => roundTrip(reused, MESSAGE),
  };
}
