import type { HttpRoute } from "./route.ts";

/** What the front page says. */
export interface ServerInfo {
  /** Name of the server. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** Paths by what they are for, such as `{ mcp: "/mcp" }`. */
  readonly links: Readonly<Record<string, string>>;
}

/**
 * The route `/`: who answers here, and where to go on.
 *
 * @param info What to say.
 * @returns The route.
 */
export function createInfoRoute(info: ServerInfo): HttpRoute {
  return { path: "/", methods: ["GET"], handle: () => Response.json(info) };
}
