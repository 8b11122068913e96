/**
 * The server side of MCP: tools over HTTP and over peer-to-peer streams, to clients of both
 * protocol eras.
 *
 * @module
 */

export { bindTool, type BoundTool, type ToolDefinition, type ToolOutput } from "../bind_tool.ts";
export { createToolTable, type ToolTable } from "../tool_table.ts";
export { requireTool } from "../require_tool.ts";
export { runTool, type ToolCall, type ToolResult } from "../run_tool.ts";
export type {
  Tool,
  ToolAnnotations,
  ToolContext,
  ToolProgress,
  ToolSchema,
  ToolSchemaError,
  ToolSchemaResult,
} from "../tool.ts";
export { InvalidArgumentsError, UnknownToolError } from "../errors.ts";
export type { McpServerInfo, McpServerOptions } from "./server_options.ts";
export {
  createMcpFetchHandler,
  type McpFetchHandler,
  type McpFetchHandlerOptions,
  type McpFetchOptions,
} from "./create_mcp_fetch_handler.ts";
export {
  createMcpStreamSession,
  type McpStreamSessionOptions,
} from "./create_mcp_stream_session.ts";
