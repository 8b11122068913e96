/**
 * The product's own HTTP server and MCP endpoint with all their checks, and nothing behind them. The
 * arguments are the number of tools, and how long a session is kept in milliseconds.
 */

import { runTaskGroup } from "../../../src/concurrency/mod.ts";
import { createMcpRoute, openHttpServer } from "../../../src/http/mod.ts";
import { bindTool, createMcpFetchHandler, createToolTable } from "../../../src/mcp/server/mod.ts";
import { getLogger } from "../../../src/telemetry/mod.ts";
import { echo } from "../../../src/tools/mod.ts";
import { answerQuestions } from "../answer_questions.ts";

const MIB = 1024 * 1024;
const [toolCount, sessionTtlMs = "1800000"] = Deno.args;
const names = Array.from(
  { length: Number(toolCount) },
  (_, at) => at === 0 ? "echo" : `echo_${at}`,
);

await runTaskGroup(async (group) => {
  const logger = getLogger("bench");
  const handler = createMcpFetchHandler(group, {
    serverInfo: { name: "mcpp", version: "1.0.0" },
    tools: createToolTable(names.map((name) => bindTool({ ...echo, name }, undefined))),
    sessions: { limits: { idleTtlMs: Number(sessionTtlMs) } },
    logger,
  });
  const routes = [createMcpRoute("/mcp", handler)];
  await using server = await openHttpServer({ port: 0, routes, logger });
  await answerQuestions({
    // Needs --v8-flags=--expose-gc: what is garbage does not count.
    heap: () => {
      (globalThis as { gc?(): void }).gc?.();
      return Promise.resolve({ mib: Deno.memoryUsage().heapUsed / MIB });
    },
    sessions: () => Promise.resolve({ sessions: handler.statistics().sessions }),
  }, { url: `${server.url}/mcp` });
  await handler.close();
});
