/**
 * A program that is an MCP server of the legacy era, for tests. Its first argument says how it behaves:
 * `plain`; `strict` ends at whatever comes before `initialize`; `chatty` greets on its standard output;
 * `dying` ends at its first tool call; `stubborn` goes on when its input ends.
 */
const [mode] = Deno.args;
const encoder = new TextEncoder();
const write = (value: unknown) =>
  Deno.stdout.writeSync(
    encoder.encode(typeof value === "string" ? value : `${JSON.stringify(value)}\n`),
  );

if (mode === "chatty") write("Welcome!\n\n[1, 2]\n");
let isInitialized = false;
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
let rest = "";
for await (const chunk of lines) {
  const parts = (rest + chunk).split("\n");
  rest = parts.pop() ?? "";
  for (const line of parts) answer(JSON.parse(line));
}
if (mode === "stubborn") await new Promise((resolve) => setTimeout(resolve, 60_000));

function answer({ id, method, params }: { id?: unknown; method?: string; params?: unknown }): void {
  if (method === "initialize") isInitialized = true;
  else if (mode === "strict" && !isInitialized) Deno.exit(1);
  if (id === undefined) return;
  const result = resultOf(method, params);
  const error = { code: -32601, message: "Method not found" };
  write({ jsonrpc: "2.0", id, ...(result === undefined ? { error } : { result }) });
}

function resultOf(method: string | undefined, params: unknown): unknown {
  if (method === "initialize") {
    const serverInfo = { name: "stdio", version: "1.0.0" };
    return { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo };
  }
  if (method === "tools/list") {
    const inputSchema = { type: "object" };
    return { tools: [{ name: "env", inputSchema, annotations: { readOnlyHint: true } }] };
  }
  if (method !== "tools/call") return undefined;
  if (mode === "dying") Deno.exit(1);
  const { arguments: { name } } = params as { arguments: { name: string } };
  return { content: [{ type: "text", text: Deno.env.get(name) ?? "(none)" }] };
}
