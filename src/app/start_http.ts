import { type TaskGroup, waitForAbort } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import {
  createDocsRoutes,
  createInfoRoute,
  createMcpRoute,
  createMetricsRoute,
  createPlainRoutes,
  createProbeRoutes,
  createResourceMetadataRoutes,
  createSseRoutes,
  type HttpRoute,
  type HttpServer,
  openHttpServer,
} from "../http/mod.ts";
import { createMcpFetchHandler, createSseHandler } from "../mcp/server/mod.ts";
import type { SessionStore } from "../store/mod.ts";
import { getLogger, type HealthRegistry, type MetricsRegistry } from "../telemetry/mod.ts";
import { type HttpAccess, openHttpAccess } from "./http_access.ts";
import type { NodeMcp } from "./node_mcp.ts";

/** What a node's HTTP server needs. */
export interface StartHttpDeps {
  readonly config: Config;
  /** What is served. */
  readonly mcp: NodeMcp;
  /** Where sessions outlive the process. */
  readonly sessionStore: SessionStore | undefined;
  readonly health: HealthRegistry;
  readonly metrics: MetricsRegistry;
}

/** Path that clients of the oldest transport post to. */
const MESSAGES_PATH = "/messages";

/**
 * Start answering HTTP requests: MCP in all its forms, plain calls, documentation, health, metrics.
 *
 * @param group Owns the calls, and the server: it is closed when the group is cancelled.
 * @param deps Settings, and what is served.
 * @returns The server, listening.
 */
export async function startHttp(group: TaskGroup, deps: StartHttpDeps): Promise<HttpServer> {
  const { config: { server: config }, mcp, sessionStore, metrics } = deps;
  const access = await openHttpAccess(deps.config, mcp.scopes);
  const served = { ...mcp.options, service: mcp.service, maxBodyBytes: config.maxBodyBytes };
  const streamable = createMcpFetchHandler(group, {
    ...served,
    sessions: {
      store: sessionStore,
      limits: { idleTtlMs: config.sessionTtlMs, maxSessions: config.maxSessions },
    },
  });
  const sse = createSseHandler(group, { ...served, messagesPath: MESSAGES_PATH });
  return await group.start<HttpServer>("http", async (started, signal) => {
    await using server = await openHttpServer({
      hostname: config.host,
      port: config.port,
      allowedHosts: config.allowedHosts,
      allowedOrigins: config.allowedOrigins,
      corsOrigins: config.corsOrigins,
      maxBodyBytes: config.maxBodyBytes,
      rateLimit: config.rateLimit === 0 ? undefined : { perSecond: config.rateLimit },
      ...access,
      routes: [
        createMcpRoute(config.mountPath, streamable),
        ...createSseRoutes(sse),
        ...createPlainAndInfoRoutes(deps, access),
      ],
      logger: getLogger("http"),
      metrics,
    });
    started(server);
    await waitForAbort(signal);
    await Promise.all([streamable.close(), sse.close()]);
  });
}

function createPlainAndInfoRoutes(
  deps: StartHttpDeps,
  { authenticator, protectedResource }: HttpAccess,
): readonly HttpRoute[] {
  const { config: { server: config }, mcp, health, metrics } = deps;
  const { serverInfo } = mcp.options;
  const { mountPath, maxBodyBytes } = config;
  const links = { mcp: mountPath, docs: "/docs", health: "/health", metrics: "/metrics" };
  return [
    createInfoRoute({ name: serverInfo.name, version: serverInfo.version, links }),
    ...createPlainRoutes(mountPath, { ...mcp.options, service: mcp.service, health, maxBodyBytes }),
    ...createDocsRoutes({
      mountPath,
      ...mcp.options,
      isAuthenticated: authenticator !== undefined,
    }),
    ...(protectedResource === undefined ? [] : createResourceMetadataRoutes(protectedResource)),
    ...createProbeRoutes(health),
    createMetricsRoute(metrics),
  ];
}
