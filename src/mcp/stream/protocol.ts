/** The libp2p protocol of MCP++ Profile E: JSON-RPC in frames with a four-byte length. */
export const MCP_P2P_PROTOCOL = "/mcp+p2p/1.0.0";

/** Largest frame, in bytes, unless configured otherwise. The profile allows up to 16 MiB. */
export const DEFAULT_MAX_FRAME_BYTES = 1024 * 1024;

/** Where the shared token travels in a message, under `params._meta`. */
export const TOKEN_META_KEY = "io.mcpp/token";

/** JSON-RPC error codes of this binding, in the range that is left to servers. */
export const StreamErrorCode = {
  /** The peer may not do this. */
  unauthorized: -32001,
  /** Too many requests of this stream are unanswered. */
  tooManyRequests: -32010,
} as const;
