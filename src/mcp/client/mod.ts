/**
 * The client side of MCP: connects to servers over HTTP and over peer-to-peer streams, whatever
 * protocol revision they speak.
 *
 * @module
 */

export { callTool, type CallToolOnceOptions } from "./call_tool.ts";
export {
  connectMcpClient,
  type ConnectMcpClientOptions,
  type HttpEndpoint,
  type McpEndpoint,
  type StreamEndpoint,
} from "./connect_mcp_client.ts";
export type {
  CallToolOptions,
  ListToolsOptions,
  McpClient,
  RemoteServerInfo,
  RemoteTool,
  RemoteToolFailure,
  RemoteToolResult,
} from "./mcp_client.ts";
export {
  ConnectionLostError,
  NotMcpServerError,
  type RemoteErrorAnswer,
  RemoteProtocolError,
  ServerTimeoutError,
  ServerUnauthorizedError,
  ServerUnavailableError,
  ServerUnreachableError,
} from "./errors.ts";
export { UnknownToolError } from "../errors.ts";
export { RPC_PROTOCOL as MCP_P2P_PROTOCOL } from "../../rpc/mod.ts";
export type { ToolAnnotations, ToolProgress } from "../tool.ts";
