/**
 * fastmcp: `--edge` for its small server for edge runtimes, else the whole one, without sessions either
 * way. The argument is the number of tools.
 */

import { answerQuestions } from "../answer_questions.ts";
import { listen } from "./listen.ts";

/** No literals in the imports, or the type check of the whole project would download them. */
const FASTMCP = "npm:fastmcp@4.20.16";
const ZOD = "npm:zod@4.6.7";

/** Standard output belongs to the answers. */
const SILENT = { debug() {}, error() {}, info() {}, log() {}, warn() {} };

const { z } = await import(ZOD);
const names = Array.from(
  { length: Number(Deno.args[0]) },
  (_, at) => at === 0 ? "echo" : `echo_${at}`,
);
const tools = names.map((name) => ({
  name,
  description: "Return a text.",
  parameters: z.object({ text: z.string() }),
  execute: ({ text }: { readonly text: string }) => Promise.resolve(text),
}));
const info = { name: "fastmcp", version: "1.0.0" };

if (Deno.args.includes("--edge")) {
  const { EdgeFastMCP } = await import(`${FASTMCP}/edge`);
  const server = new EdgeFastMCP(info);
  for (const tool of tools) server.addTool(tool);
  await listen((request) => server.fetch(request));
} else {
  const { FastMCP } = await import(FASTMCP);
  const server = new FastMCP({ ...info, logger: SILENT });
  for (const tool of tools) server.addTool(tool);
  const port = findFreePort();
  await server.start({
    transportType: "httpStream",
    httpStream: { host: "127.0.0.1", port, stateless: true, enableJsonResponse: true },
  });
  await answerQuestions({}, { url: `http://127.0.0.1:${port}/mcp` });
}

/** It does not tell which port it got. */
function findFreePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
