/**
 * The client side of MCP: connects to servers over HTTP, over peer-to-peer streams and to programs,
 * whatever protocol revision they speak.
 *
 * @module
 */

export { callTool, type CallToolOnceOptions } from "./call_tool.ts";
export { connectMcpClient, type ConnectMcpClientOptions } from "./connect_mcp_client.ts";
export type { HttpEndpoint, McpEndpoint, StdioEndpoint, StreamEndpoint } from "./endpoint.ts";
export {
  createBearerCredentials,
  type CredentialsOptions,
  type HttpCredentials,
  type Refusal,
} from "./http_credentials.ts";
export type { InputHandler, InputHandlers } from "./input_handlers.ts";
export type { RecoveryOptions } from "./recovering_mcp_client.ts";
export { type ClientPool, type ClientPoolOptions, createClientPool } from "./client_pool.ts";
export { type BorrowedClient, lendClient } from "./lend_client.ts";
export type {
  CallToolOptions,
  McpClient,
  RemoteCompletion,
  RemotePrompt,
  RemotePromptResult,
  RemoteResource,
  RemoteResourceContent,
  RemoteResourceTemplate,
  RemoteServerInfo,
  RemoteTool,
  RemoteToolFailure,
  RemoteToolResult,
  RequestOptions,
  WatchRemoteResourceOptions,
} from "./mcp_client.ts";
export {
  AllServersFailedError,
  CallTimeoutError,
  CannotStartServerError,
  ClientPoolFullError,
  ConnectionLostError,
  NotMcpServerError,
  NotSupportedError,
  type RemoteErrorAnswer,
  RemoteProtocolError,
  ServerForbiddenError,
  ServerListError,
  ServerTimeoutError,
  ServerUnauthorizedError,
  ServerUnavailableError,
  type ServerUnavailableOptions,
  ServerUnreachableError,
  SessionLostError,
  UnknownServerError,
} from "./errors.ts";
export {
  type ListedPeer,
  type ListedProgram,
  type ListedServer,
  type ListedUrl,
  parseServerList,
  type ParseServerListOptions,
  type ServerList,
} from "./server_list.ts";
export type { LookUpVariable } from "./expand_variables.ts";
export { UnknownToolError } from "../errors.ts";
export { RPC_PROTOCOL as MCP_P2P_PROTOCOL } from "../../rpc/mod.ts";
export type { ToolAnnotations, ToolProgress } from "../tool.ts";
export { createOAuthCredentials } from "./oauth/oauth_credentials.ts";
export type {
  AuthorizationCodeGrant,
  ClientCredentialsGrant,
  OAuthOptions,
  PrivateKey,
} from "./oauth/oauth_options.ts";
export {
  createMemoryTokenStore,
  type StoredCredentials,
  type StoredLogin,
  type TokenStore,
} from "./oauth/token_store.ts";
export { createFileTokenStore } from "./oauth/file_token_store.ts";
export { LoginError, type LoginErrorOptions, type LoginFailure } from "./oauth/errors.ts";
