/** Keys that MCP reserves in `_meta`. */
export const MetaKey = {
  /** Revision that a modern request speaks. */
  protocolVersion: "io.modelcontextprotocol/protocolVersion",
  /** Who the client says it is. */
  clientInfo: "io.modelcontextprotocol/clientInfo",
  /** What the client can do. */
  clientCapabilities: "io.modelcontextprotocol/clientCapabilities",
  /** Least important log message that the client wants. */
  logLevel: "io.modelcontextprotocol/logLevel",
  /** Who the server says it is. */
  serverInfo: "io.modelcontextprotocol/serverInfo",
  /** The `subscriptions/listen` request that a notification belongs to. */
  subscriptionId: "io.modelcontextprotocol/subscriptionId",
} as const;
