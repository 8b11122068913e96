/**
 * The official server package: `/modern` answers 2026-07-28, `/stateful` has one session of the legacy
 * era. The argument is the number of tools.
 */

import {
  createMcpHandler,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { listen } from "./listen.ts";

const names = Array.from(
  { length: Number(Deno.args[0]) },
  (_, at) => at === 0 ? "echo" : `echo_${at}`,
);
const schema = z.object({ text: z.string() });

function createServer(): McpServer {
  const server = new McpServer({ name: "sdk", version: "1.0.0" });
  for (const name of names) {
    const config = { description: "Return a text.", inputSchema: schema, outputSchema: schema };
    server.registerTool(name, config, ({ text }) => ({
      content: [{ type: "text", text }],
      structuredContent: { text },
    }));
  }
  return server;
}

const modern = createMcpHandler(createServer);
const stateful = new WebStandardStreamableHTTPServerTransport({
  sessionIdGenerator: () => crypto.randomUUID(),
  enableJsonResponse: true,
});
await createServer().connect(stateful);
await listen((request) =>
  request.url.endsWith("/modern") ? modern.fetch(request) : stateful.handleRequest(request)
);
