import { type TaskGroup, waitForAbort } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import {
  createInfoRoute,
  createMcpRoute,
  createMetricsRoute,
  createProbeRoutes,
  type HttpServer,
  openHttpServer,
} from "../http/mod.ts";
import { createMcpFetchHandler, type ToolTable } from "../mcp/server/mod.ts";
import { getLogger, type HealthRegistry, type MetricsRegistry } from "../telemetry/mod.ts";
import { VERSION } from "./version.ts";

/** What a node's HTTP server needs. */
export interface StartHttpDeps {
  readonly config: Config["server"];
  readonly tools: ToolTable;
  readonly health: HealthRegistry;
  readonly metrics: MetricsRegistry;
}

/** For models: what this server is for. */
const INSTRUCTIONS =
  "Gives work to other machines: submit a task with p2p_taskqueue_submit, then get its result with " +
  "p2p_taskqueue_wait_task. list_peers shows which machines there are.";

/**
 * Start answering HTTP requests: MCP, health, metrics.
 *
 * @param group Owns the calls, and the server: it is closed when the group is cancelled.
 * @param deps Settings and tools.
 * @returns The server, listening.
 */
export function startHttp(group: TaskGroup, deps: StartHttpDeps): Promise<HttpServer> {
  const { config, tools, health, metrics } = deps;
  const mcp = createMcpFetchHandler(group, {
    serverInfo: { name: config.name, version: VERSION },
    instructions: INSTRUCTIONS,
    tools,
    logger: getLogger("mcp"),
    metrics,
  });
  const links = { mcp: config.mountPath, health: "/health", metrics: "/metrics" };
  return group.start<HttpServer>("http", async (started, signal) => {
    await using server = await openHttpServer({
      hostname: config.host,
      port: config.port,
      allowedHosts: config.allowedHosts,
      corsOrigins: config.corsOrigins,
      routes: [
        createInfoRoute({ name: config.name, version: VERSION, links }),
        createMcpRoute(config.mountPath, mcp),
        ...createProbeRoutes(health),
        createMetricsRoute(metrics),
      ],
      logger: getLogger("http"),
      metrics,
    });
    started(server);
    await waitForAbort(signal);
    await mcp.close();
  });
}
