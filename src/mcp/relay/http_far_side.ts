import { type Clock, systemClock } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import { type HttpEndpoint, toEndpointName } from "../client/endpoint.ts";
import { createMcpFetch } from "../client/mcp_fetch.ts";
import type { FarSide } from "./far_side.ts";
import { HttpConnection } from "./http_connection.ts";

/** Options of {@linkcode createHttpFarSide}. */
export interface HttpFarSideOptions extends HttpEndpoint {
  /** Told about what goes wrong. */
  readonly logger: Logger;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Source of randomness, from 0 up to but not including 1. @default {Math.random} */
  readonly random?: (() => number) | undefined;
}

/**
 * A server over HTTP as the far side of a relay, in both eras.
 *
 * @param options Where it is.
 * @returns The far side.
 */
export function createHttpFarSide(options: HttpFarSideOptions): FarSide {
  const { url, headers = {}, credentials, logger } = options;
  const { clock = systemClock, random = Math.random } = options;
  const name = toEndpointName({ url });
  const fetch = createMcpFetch({ server: name, credentials, fetch: options.fetch });
  const settings = { name, url: new URL(url), headers, fetch, logger, clock, random };
  return {
    name,
    // There is nothing to be opened: every request is one of its own.
    connect: (group, handlers) =>
      Promise.resolve(new HttpConnection(group, { ...settings, handlers })),
  };
}
