import type { HttpRoute } from "./route.ts";

/** The well-known place of such metadata (RFC 9728, section 3). */
const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/** What clients need a token for, and who gives it to them. */
export interface ProtectedResource {
  /** Its path on this server, such as `/mcp`. */
  readonly path: string;
  /**
   * Its URL as clients know it; tokens are made for this.
   *
   * @default as the request came: http, with the request's `Host`
   */
  readonly url?: string | undefined;
  /** Issuers whose tokens are accepted. */
  readonly authorizationServers: readonly string[];
  /** Scopes that there are. @default {[]} not told */
  readonly scopes?: readonly string[] | undefined;
  /** For people. @default {undefined} */
  readonly name?: string | undefined;
}

/**
 * The routes that tell clients whom to ask for a token (RFC 9728): the well-known path, and the same
 * with the resource's path.
 *
 * @param resource What is protected.
 * @returns The routes.
 */
export function createResourceMetadataRoutes(resource: ProtectedResource): readonly HttpRoute[] {
  const paths = new Set([WELL_KNOWN, toMetadataPath(resource)]);
  return [...paths].map((path): HttpRoute => ({
    path,
    methods: ["GET"],
    isPublic: true,
    handle: (request) =>
      Response.json(describe(resource, request), { headers: { "cache-control": "max-age=300" } }),
  }));
}

/**
 * Where a client finds the metadata.
 *
 * @param resource What is protected.
 * @param request The request that was refused.
 * @returns The URL.
 */
export function toMetadataUrl(resource: ProtectedResource, request: Request): string {
  const path = toMetadataPath(resource);
  // A request can name a host with a port that no machine has.
  return (URL.parse(path, toUrl(resource, request)) ?? new URL(path, "http://localhost")).href;
}

function toMetadataPath({ path }: ProtectedResource): string {
  return path === "/" ? WELL_KNOWN : `${WELL_KNOWN}${path}`;
}

/** The host has been checked by then. */
function toUrl({ path, url }: ProtectedResource, request: Request): string {
  return url ?? `http://${request.headers.get("host") ?? "localhost"}${path}`;
}

function describe(resource: ProtectedResource, request: Request): Record<string, unknown> {
  const { authorizationServers, scopes = [], name } = resource;
  return {
    "resource": toUrl(resource, request),
    ...(name !== undefined && { "resource_name": name }),
    "authorization_servers": authorizationServers,
    ...(scopes.length > 0 && { "scopes_supported": scopes }),
    "bearer_methods_supported": ["header"],
  };
}
