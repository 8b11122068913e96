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
    // GET and DELETE belong to sessions.
    methods: ["POST", "GET", "DELETE"],
    // The context as it is: whether it is worth watching for a hang-up is the handler's to say.
    handle: (request, context) => handler.fetch(request, context),
    onDrain: () => handler.drain(),
  };
}
