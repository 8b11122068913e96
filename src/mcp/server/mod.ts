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
  LogLevel,
  Tool,
  ToolAnnotations,
  ToolContext,
  ToolLogEntry,
  ToolProgress,
  ToolSchema,
  ToolSchemaError,
  ToolSchemaResult,
} from "../tool.ts";
export {
  InvalidArgumentsError,
  InvalidCursorError,
  UnknownPromptError,
  UnknownResourceError,
  UnknownToolError,
} from "../errors.ts";
export { ANONYMOUS, hasScope, type Principal } from "../principal.ts";
export type { CallContext } from "../call_context.ts";
export type {
  CompletionRequest,
  ResourceContent,
  ResourceContext,
  ResourceDefinition,
  ResourcePage,
  ResourceProvider,
  ResourceTemplate,
  WatchResourceOptions,
} from "../resource.ts";
export { bindPrompt } from "../bind_prompt.ts";
export type {
  BoundPrompt,
  Prompt,
  PromptArgument,
  PromptContext,
  PromptDefinition,
  PromptMessage,
} from "../prompt.ts";
export {
  type CallerInput,
  type InputQuestion,
  InputRequiredSignal,
  type RequiredInput,
} from "../caller_input.ts";
export { createMcpService } from "./engine/create_mcp_service.ts";
export type {
  Exchange,
  McpAnswer,
  McpEvents,
  McpService,
  McpSession,
  SessionPort,
  SessionState,
} from "./engine/mcp_service.ts";
export type {
  JsonRpcError,
  JsonRpcMessage,
  JsonRpcNotification,
  JsonRpcRequest,
  JsonRpcResponse,
  RequestId,
} from "../protocol/message.ts";
export type { MessageChannel } from "./channel/message_channel.ts";
export type { ChannelGate, GateDecision } from "./channel/channel_gate.ts";
export {
  openStdioChannel,
  type StdioChannel,
  type StdioChannelOptions,
} from "./channel/open_stdio_channel.ts";
export { serveMcpChannel, type ServeMcpChannelOptions } from "./channel/serve_mcp_channel.ts";
export type { McpServerInfo, McpServerOptions } from "./server_options.ts";
export {
  createMcpFetchHandler,
  type McpFetchHandlerOptions,
  type McpSessionOptions,
} from "./http/create_mcp_fetch_handler.ts";
export type {
  McpFetchHandler,
  McpFetchOptions,
  McpFetchStatistics,
} from "./http/mcp_fetch_handler.ts";
export {
  createSseHandler,
  type SseHandler,
  type SseHandlerOptions,
  type SseHandlerStatistics,
} from "./http/create_sse_handler.ts";
export {
  createJsonBodyReader,
  type JsonBodyReader,
  type JsonBodyReaderOptions,
} from "./http/create_json_body_reader.ts";
export type { JsonBody } from "./http/read_json_body.ts";
export type { SessionEndpointOptions, SessionLimits } from "./session/session_options.ts";
export {
  createMcpStreamSession,
  type McpStreamSessionOptions,
} from "./create_mcp_stream_session.ts";
