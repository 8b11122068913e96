import type { SseHandler } from "../mcp/server/mod.ts";
import type { HttpRoute } from "./route.ts";

/**
 * The routes of the transport of 2024-11-05, for clients that know no other: `GET /sse` is the stream,
 * `POST /messages` takes what the client says.
 *
 * @param handler Answers.
 * @returns The routes.
 */
export function createSseRoutes(handler: SseHandler): readonly HttpRoute[] {
  return [
    {
      path: "/sse",
      methods: ["GET"],
      handle: (request, context) => handler.connect(request, context),
      onDrain: () => handler.drain(),
    },
    {
      path: "/messages",
      methods: ["POST"],
      handle: (request, context) => handler.post(request, context),
    },
  ];
}
