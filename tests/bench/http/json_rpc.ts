/** What reading a call and writing its answer costs, without a protocol around it. */

import { listen } from "./listen.ts";

await listen(async (request) => {
  const { id, params } = await request.json();
  const { text } = params.arguments;
  const result = { content: [{ type: "text", text }], structuredContent: { text } };
  return Response.json({ jsonrpc: "2.0", id, result });
});
