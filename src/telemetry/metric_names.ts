import type { HistogramDefinition } from "./histogram.ts";
import type { MetricDefinition } from "./metric.ts";

/** Every metric that a node has. Names, once published, stay. */
export const METRICS: Metrics = {
  httpRequests: {
    name: "mcpp_http_requests_total",
    help: "HTTP requests answered.",
    labelNames: ["method", "route", "status"],
  },
  httpRequestSeconds: {
    name: "mcpp_http_request_duration_seconds",
    help: "Time from an HTTP request to the end of its response.",
    labelNames: ["route"],
  },
  toolCalls: {
    name: "mcpp_tool_calls_total",
    help: "Tool calls answered, by outcome: ok, or the code of the error.",
    labelNames: ["tool", "outcome"],
  },
  toolCallSeconds: {
    name: "mcpp_tool_call_duration_seconds",
    help: "Time that tool calls take.",
    labelNames: ["tool"],
  },
  tasks: {
    name: "mcpp_tasks",
    help: "Tasks in this node's queue, by state.",
    labelNames: ["status"],
  },
  queueOperations: {
    name: "mcpp_queue_operations_total",
    help:
      "Queue operations that peers asked for, by outcome: ok, cancelled, or the code of the error.",
    labelNames: ["op", "outcome"],
  },
  queueOperationSeconds: {
    name: "mcpp_queue_operation_duration_seconds",
    help: "Time that queue operations of peers take.",
    labelNames: ["op"],
  },
  cacheOperations: {
    name: "mcpp_cache_operations_total",
    help: "Uses of this node's cache, by outcome: ok, hit, miss, …, or the code of the error.",
    labelNames: ["op", "outcome"],
  },
  cacheReplications: {
    name: "mcpp_cache_replications_total",
    help: "Changes of the cache on their way to other nodes, by what became of them.",
    labelNames: ["outcome"],
  },
  refusals: {
    name: "mcpp_refusals_total",
    help: "What peers were not let do, by the reason: banned, unauthorized, too_many_streams, ….",
    labelNames: ["reason"],
  },
  peers: {
    name: "mcpp_peers",
    help: "Other nodes that this node knows, by the way in which they were found.",
    labelNames: ["method"],
  },
  connections: {
    name: "mcpp_connections",
    help: "Open connections to other nodes: direct ones, and those through a relay.",
    labelNames: ["kind"],
  },
  attempts: {
    name: "mcpp_attempts_total",
    help: "Attempts that this node's workers ended, by outcome: ok, or the code of the error.",
    labelNames: ["type", "outcome"],
  },
  attemptSeconds: {
    name: "mcpp_attempt_duration_seconds",
    help: "Time that attempts take.",
    labelNames: ["type"],
  },
  attemptsRunning: {
    name: "mcpp_attempts_running",
    help: "Attempts that this node's workers run now.",
  },
  mcpSessions: {
    name: "mcpp_mcp_sessions",
    help: "Sessions of MCP clients that are in memory.",
  },
  mcpStreams: {
    name: "mcpp_mcp_session_streams",
    help: "Event streams that are open in these sessions.",
  },
  uptime: {
    name: "mcpp_uptime_seconds",
    help: "Time since the node started.",
  },
  residentMemory: {
    name: "process_resident_memory_bytes",
    help: "Resident memory of the process.",
  },
};

/** The definitions in {@linkcode METRICS}, with their labels. */
export interface Metrics {
  /** HTTP requests. */
  readonly httpRequests: MetricDefinition<"method" | "route" | "status">;
  /** Seconds of HTTP requests. */
  readonly httpRequestSeconds: HistogramDefinition<"route">;
  /** Tool calls. */
  readonly toolCalls: MetricDefinition<"tool" | "outcome">;
  /** Seconds of tool calls. */
  readonly toolCallSeconds: HistogramDefinition<"tool">;
  /** Tasks by state, a gauge. */
  readonly tasks: MetricDefinition<"status">;
  /** Queue operations of peers. */
  readonly queueOperations: MetricDefinition<"op" | "outcome">;
  /** Seconds of queue operations of peers. */
  readonly queueOperationSeconds: HistogramDefinition<"op">;
  /** Uses of the cache. */
  readonly cacheOperations: MetricDefinition<"op" | "outcome">;
  /** Changes of the cache that were sent to other nodes. */
  readonly cacheReplications: MetricDefinition<"outcome">;
  /** What peers were not let do. */
  readonly refusals: MetricDefinition<"reason">;
  /** Other nodes that are known, a gauge. */
  readonly peers: MetricDefinition<"method">;
  /** Open connections to other nodes, a gauge. */
  readonly connections: MetricDefinition<"kind">;
  /** Attempts of the node's workers. */
  readonly attempts: MetricDefinition<"type" | "outcome">;
  /** Seconds of attempts. */
  readonly attemptSeconds: HistogramDefinition<"type">;
  /** Attempts running, a gauge. */
  readonly attemptsRunning: MetricDefinition;
  /** Sessions of MCP clients in memory, a gauge. */
  readonly mcpSessions: MetricDefinition;
  /** Event streams open in sessions, a gauge. */
  readonly mcpStreams: MetricDefinition;
  /** Seconds since start, a gauge. */
  readonly uptime: MetricDefinition;
  /** Resident memory, a gauge. */
  readonly residentMemory: MetricDefinition;
}
