/**
 * JSON-RPC 2.0 in length-prefixed frames, over streams of `/mcp+p2p/1.0.0`: a server with directly
 * answered tools, and a client that keeps one stream to each peer.
 *
 * @module
 */

export { RPC_PROTOCOL, RpcErrorCode } from "./protocol.ts";
export { DEFAULT_RPC_LIMITS, type RpcLimits } from "./limits.ts";
export {
  MalformedMessageError,
  RpcClosedError,
  type RpcClosedErrorOptions,
  type RpcRefusal,
  RpcRefusedError,
  RpcTimeoutError,
  RpcUnsupportedError,
  StreamAbandonedError,
  StreamTimeoutError,
} from "./errors.ts";
export { FrameChannel, type FrameChannelOptions } from "./channel/frame_channel.ts";
export type { OutgoingFrame } from "./channel/frame_writer.ts";
export type { RequestId } from "./messages.ts";
export { serveRpc, type ServeRpcDeps } from "./server/serve_rpc.ts";
export type { RpcServerInfo } from "./server/own_answers.ts";
export type { RpcTool, RpcToolCall, SendEventOptions } from "./server/rpc_tool.ts";
export type { OpenRpcSession, RpcSessionPort } from "./server/session_port.ts";
export type { RpcAnswer, RpcCall, RpcCallOptions, RpcClient } from "./rpc_client.ts";
export { createRpcClient, type RpcClientDeps } from "./client/create_rpc_client.ts";
export { DEFAULT_RPC_CLIENT_LIMITS, type RpcClientLimits } from "./client/client_limits.ts";
