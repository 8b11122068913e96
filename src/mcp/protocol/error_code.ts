/** Codes of JSON-RPC 2.0 and of MCP. */
export const McpErrorCode = {
  /** What came is not JSON. */
  parseError: -32700,
  /** It is JSON, and not a message; or one that is out of place. */
  invalidRequest: -32600,
  /** There is no such method, or not in this revision. */
  methodNotFound: -32601,
  /** The parameters do not fit the method. */
  invalidParams: -32602,
  /** The server has failed. */
  internalError: -32603,
  /** There is no such resource, in the legacy era; the modern era says `invalidParams`. */
  resourceNotFound: -32002,
  /** The HTTP headers say something else than the message. */
  headerMismatch: -32020,
  /** The client has not said that it can do what the request needs. */
  missingCapability: -32021,
  /** The revision is not served here. */
  unsupportedVersion: -32022,
} as const;
