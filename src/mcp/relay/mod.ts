/**
 * Relays MCP between a client that is here and a server that is elsewhere.
 *
 * @module
 */

export { relayMcp, type RelayMcpOptions } from "./relay_mcp.ts";
export { createFarSide, type FarSideOptions } from "./create_far_side.ts";
export type { FarConnection, FarHandlers, FarSide } from "./far_side.ts";
export { NotRelayableError } from "./errors.ts";
export type {
  HttpEndpoint,
  McpEndpoint,
  StdioEndpoint,
  StreamEndpoint,
} from "../client/endpoint.ts";
