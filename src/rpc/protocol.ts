/** The libp2p protocol: JSON-RPC 2.0 in frames with a four-byte length (MCP++ Profile E). */
export const RPC_PROTOCOL = "/mcp+p2p/1.0.0";

/** JSON-RPC error codes on this protocol. Those above -32100 are what deployed peers use. */
export const RpcErrorCode = {
  /** The peer wants `initialize` first. */
  initRequired: -32000,
  /** The peer may not do this. */
  unauthorized: -32001,
  /** There is no such tool, or it failed. */
  tool: -32002,
  /** A frame could not be read. The stream is closed after it. */
  unreadable: -32003,
  /** Too many requests wait for their answers. */
  tooManyRequests: -32010,
  /** The message is not a request. */
  invalidRequest: -32600,
  /** There is no such method. */
  methodNotFound: -32601,
  /** The parameters do not fit the method. */
  invalidParams: -32602,
  /** The server has failed. */
  internal: -32603,
} as const;

/** Methods that the router and the client know themselves. */
export const RpcMethod = {
  /** Opens a session; asked for by deployed peers before anything else. */
  initialize: "initialize",
  /** Stops the work on a request, which gets no answer then. */
  cancelled: "notifications/cancelled",
  /** News of a request that has not been answered yet. */
  event: "notifications/task_queue/event",
} as const;

/** Deployed peers write some methods with a dot. */
export const CALL_METHODS: ReadonlySet<string> = new Set(["tools/call", "tools.call"]);
/** See {@linkcode CALL_METHODS}. */
export const LIST_METHODS: ReadonlySet<string> = new Set(["tools/list", "tools.list"]);
