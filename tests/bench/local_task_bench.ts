import { createClient } from "../../mod.ts";
import type { Benchmark, Row } from "./benchmark.ts";
import { measureLatencies, toLatencyRow } from "./measure.ts";
import { startMcpp, startProgram } from "./program.ts";
import { submitAndWaitByMcp } from "./submit_and_wait.ts";

const SAMPLES = 500;
const MESSAGE = "x".repeat(256);

/** Submit a task to one node over HTTP and get its result, against one plain HTTP round trip. */
export const localTaskBenchmark: Benchmark = { name: "local-task", run };

async function run(): Promise<readonly Row[]> {
  await using resources = new AsyncDisposableStack();
  const bare = resources.use(await startProgram("tests/bench/bare_node.ts"));
  const node = resources.use(await startMcpp());
  const client = resources.use(await createClient(node.ready.url));
  const samples = await measureLatencies({
    http: () => postEcho(bare.ready.url),
    call: () => client.callTool("echo", { text: MESSAGE }),
    task: () => submitAndWaitByMcp(client),
  }, { samples: SAMPLES });
  const baseline = { measure: "plain HTTP: round trip", samples: samples.http };
  return [
    toLatencyRow(baseline),
    toLatencyRow({ measure: "MCP over HTTP: call echo", samples: samples.call }, { baseline }),
    toLatencyRow({ measure: "MCP over HTTP: submit + wait", samples: samples.task }, { baseline }),
  ];
}

async function postEcho(url: string): Promise<string> {
  const response = await fetch(url, { method: "POST", body: MESSAGE });
  return await response.text();
}
