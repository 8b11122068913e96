/** mcp-lite without sessions. The argument is the number of tools. */

import { listen } from "./listen.ts";

/** No literals in the imports, or the type check of the whole project would download them. */
const MCP_LITE = "npm:mcp-lite@0.10.0";
const ZOD = "npm:zod@4.6.7";

const { McpServer, StreamableHttpTransport } = await import(MCP_LITE);
const { z } = await import(ZOD);
const server = new McpServer({
  name: "mcp-lite",
  version: "1.0.0",
  schemaAdapter: (schema: unknown) => z.toJSONSchema(schema),
});
for (let at = 0; at < Number(Deno.args[0]); at++) {
  server.tool(at === 0 ? "echo" : `echo_${at}`, {
    description: "Return a text.",
    inputSchema: z.object({ text: z.string() }),
    handler: ({ text }: { readonly text: string }) => ({ content: [{ type: "text", text }] }),
  });
}
await listen(new StreamableHttpTransport().bind(server));
