import type { Clock } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { type McpEndpoint, toEndpointName } from "../client/endpoint.ts";
import type { FarSide } from "./far_side.ts";
import { createHttpFarSide } from "./http_far_side.ts";
import { createPeerFarSide } from "./peer_far_side.ts";
import { NotRelayableError } from "./errors.ts";

/** What a far side needs besides its endpoint. */
export interface FarSideOptions {
  /** Told about what goes wrong. */
  readonly logger: Logger;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/**
 * The far side of a relay.
 *
 * @param endpoint Where the server is: over HTTP, or at the other end of a peer-to-peer stream.
 * @param options What it needs besides.
 * @returns The far side, not connected yet.
 * @throws {NotRelayableError} If the server is a program, or speaks the transport of 2024-11-05.
 */
export function createFarSide(endpoint: McpEndpoint, options: FarSideOptions): FarSide {
  if ("command" in endpoint) throw new NotRelayableError("it is a program", endpoint.command);
  if ("openStream" in endpoint) return createPeerFarSide({ ...endpoint, ...options });
  if (endpoint.transport === "sse") {
    throw new NotRelayableError("it speaks the older HTTP transport", toEndpointName(endpoint));
  }
  return createHttpFarSide({ ...endpoint, ...options });
}
