import type { JsonObject } from "../codec/mod.ts";
import type { CallToolOptions, RemoteToolResult } from "../mcp/mod.ts";
import type { ClientTarget } from "./client_target.ts";
import { createClient, type CreateClientOptions } from "./create_client.ts";

/**
 * Connect, call one tool, and hang up.
 *
 * @param target A URL, a node's address, or another; see {@linkcode createClient}.
 * @param name The tool.
 * @param args Its arguments.
 * @param options How to connect, and how to call it.
 * @returns The result; a tool that fails is a result with `isError`.
 * @throws {UnknownToolError} If the server has no such tool.
 */
export async function callTool(
  target: ClientTarget,
  name: string,
  args: JsonObject = {},
  options: CreateClientOptions & CallToolOptions = {},
): Promise<RemoteToolResult> {
  await using client = await createClient(target, options);
  return await client.callTool(name, args, options);
}
