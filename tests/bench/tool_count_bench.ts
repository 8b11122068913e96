import { runTaskGroup, type TaskGroup } from "../../src/concurrency/mod.ts";
import { createMcpRoute, openHttpServer } from "../../src/http/mod.ts";
import { connectMcpClient, type McpClient } from "../../src/mcp/client/mod.ts";
import { bindTool, createMcpFetchHandler, createToolTable } from "../../src/mcp/server/mod.ts";
import { getLogger } from "../../src/telemetry/mod.ts";
import { echo } from "../../src/tools/mod.ts";
import type { Benchmark, Row } from "./benchmark.ts";
import { toRateRow } from "./measure.ts";

const MANY = 20;
const CALLS_PER_ROUND = 100;
const ROUNDS = 10;

/** Calls of a tool over HTTP, server and client in this process: must not depend on its siblings. */
export const toolCountBenchmark: Benchmark = { name: "tool-count", run };

function run(): Promise<readonly Row[]> {
  return runTaskGroup(async (group) => {
    await using resources = new AsyncDisposableStack();
    const one = await openEchoServer(group, { toolCount: 1, resources });
    const many = await openEchoServer(group, { toolCount: MANY, resources });
    const rates: Record<"one" | "many", number[]> = { one: [], many: [] };
    for (let round = -1; round < ROUNDS; round++) {
      const [oneRate, manyRate] = [await measureRate(one), await measureRate(many)];
      // The first round is for the compiler.
      if (round < 0) continue;
      rates.one.push(oneRate);
      rates.many.push(manyRate);
    }
    const baseline = { measure: "tools/call echo, 1 tool", rates: rates.one };
    return [
      toRateRow(baseline),
      toRateRow({ measure: `tools/call echo, ${MANY} tools`, rates: rates.many }, { baseline }),
    ];
  });
}

interface EchoServerOptions {
  readonly toolCount: number;
  readonly resources: AsyncDisposableStack;
}

async function openEchoServer(group: TaskGroup, options: EchoServerOptions): Promise<McpClient> {
  const { toolCount, resources } = options;
  const others = Array.from(
    { length: toolCount - 1 },
    (_, index) => bindTool({ ...echo, name: `echo_${index}` }, undefined),
  );
  const handler = createMcpFetchHandler(group, {
    serverInfo: { name: "bench", version: "1.0.0" },
    tools: createToolTable([bindTool(echo, undefined), ...others]),
    logger: getLogger("bench"),
  });
  const route = createMcpRoute("/mcp", handler);
  const server = resources.use(
    await openHttpServer({ port: 0, routes: [route], logger: getLogger("bench") }),
  );
  resources.defer(() => handler.close());
  return resources.use(await connectMcpClient({ url: `${server.url}/mcp` }));
}

async function measureRate(client: McpClient): Promise<number> {
  const startMs = performance.now();
  for (let count = 0; count < CALLS_PER_ROUND; count++) {
    await client.callTool("echo", { text: "hi" });
  }
  return CALLS_PER_ROUND / (performance.now() - startMs) * 1000;
}
