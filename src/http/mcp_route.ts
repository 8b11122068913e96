import type { McpFetchHandler } from "../mcp/server/mod.ts";
import type { HttpRoute } from "./route.ts";

/**
 * The route of the MCP endpoint.
 *
 * @param path Where it is, such as `/mcp`.
 * @param handler Answers.
 * @returns The route.
 */
export function createMcpRoute(path: string, handler: McpFetchHandler): HttpRoute {
  return {
    path,
    // GET and DELETE belong to sessions, which this server has none of; the handler says so.
    methods: ["POST", "GET", "DELETE"],
    handle(request, context): Promise<Response> {
      // Only requests with a body are worth watching for a hang-up.
      const options = request.method === "POST" ? { signal: context.signal } : {};
      return handler.fetch(request, options);
    },
  };
}
