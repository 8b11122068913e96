import type { TaskGroup } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import {
  type BoundPrompt,
  type BoundTool,
  createMcpService,
  createToolTable,
  type McpServerOptions,
  type McpService,
  type ResourceProvider,
} from "../mcp/server/mod.ts";
import { getLogger, type MetricsRegistry } from "../telemetry/mod.ts";
import { VERSION } from "./version.ts";

/** What a node serves over MCP, to one kind of clients. */
export interface NodeMcp {
  /** Answers. */
  readonly service: McpService;
  /** What it was made of. */
  readonly options: McpServerOptions;
  /** All scopes that its tools and resources ask for, sorted. */
  readonly scopes: readonly string[];
}

/** What a {@linkcode NodeMcp} is made of. */
export interface NodeMcpDeps {
  readonly config: Config["server"];
  readonly tools: readonly BoundTool[];
  readonly resources: readonly ResourceProvider[];
  readonly prompts: readonly BoundPrompt[];
  readonly metrics: MetricsRegistry;
}

/** For models: what this server is for. */
const INSTRUCTIONS =
  "Gives work to other machines: submit a task with p2p_taskqueue_submit, then get its result with " +
  "p2p_taskqueue_wait_task. list_peers shows which machines there are.";

/**
 * Put together what a node serves over MCP.
 *
 * @param group Owns the calls.
 * @param deps Tools, resources, prompts.
 * @returns What transports serve.
 */
export function createNodeMcp(group: TaskGroup, deps: NodeMcpDeps): NodeMcp {
  const { config, tools, resources, prompts, metrics } = deps;
  const options: McpServerOptions = {
    serverInfo: { name: config.name, version: VERSION },
    instructions: INSTRUCTIONS,
    tools: createToolTable(tools),
    resources,
    prompts,
    callTimeoutMs: config.callTimeoutMs,
    maxResultBytes: config.maxResultBytes,
    logger: getLogger("mcp"),
    metrics,
  };
  const scopes = new Set([...tools, ...resources].map(({ scope }) => scope));
  return { service: createMcpService(group, options), options, scopes: [...scopes].sort() };
}
