import type { JsonObject } from "../../codec/mod.ts";
import { connectMcpClient, type ConnectMcpClientOptions } from "./connect_mcp_client.ts";
import type { CallToolOptions, RemoteToolResult } from "./mcp_client.ts";

/** Options of {@linkcode callTool}. */
export interface CallToolOnceOptions extends ConnectMcpClientOptions, CallToolOptions {
  /** Headers of every request, such as `Authorization`. @default {{}} */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connect to a server, call one tool, and hang up.
 *
 * @param url The server, path included, such as `http://127.0.0.1:8000/mcp`.
 * @param name The tool.
 * @param args Its arguments.
 * @param options When to give up, and more.
 * @returns The result; a tool that fails is a result with `isError`.
 * @throws {ServerUnreachableError} If nobody answers there.
 * @throws {UnknownToolError} If the server has no such tool.
 */
export async function callTool(
  url: string | URL,
  name: string,
  args: JsonObject = {},
  options: CallToolOnceOptions = {},
): Promise<RemoteToolResult> {
  const { onProgress, timeoutMs, signal, headers } = options;
  await using client = await connectMcpClient({ url, headers }, options);
  return await client.callTool(name, args, { onProgress, timeoutMs, signal });
}
