import { InMemoryTransport } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { systemClock, type TaskGroup } from "../concurrency/mod.ts";
import { connectTransport } from "./client/connect_transport.ts";
import type { McpClient } from "./client/mcp_client.ts";
import { createSdkServer } from "./server/create_sdk_server.ts";
import { logSdkError } from "./server/log_sdk_error.ts";
import type { McpServerOptions } from "./server/server_options.ts";

/** Options of {@linkcode connectInMemory}. */
export interface ConnectInMemoryOptions extends McpServerOptions {
  /** Which protocol era to speak. @default {"auto"} */
  readonly era?: "auto" | "legacy" | undefined;
}

/**
 * Connect a client to tools in the same program, through the whole protocol but without a network:
 * for tests, and for programs that are their own server.
 *
 * @param group Owns the calls.
 * @param options The tools.
 * @returns The connection. Dispose it.
 *
 * @example A server without tools
 * ```ts
 * import { connectInMemory, createToolTable } from "./mod.ts";
 * import { runTaskGroup } from "../concurrency/mod.ts";
 * import { getLogger } from "../telemetry/mod.ts";
 * import assert from "node:assert/strict";
 *
 * await runTaskGroup(async (group) => {
 *   await using client = await connectInMemory(group, {
 *     serverInfo: { name: "empty", version: "1.0.0" },
 *     tools: createToolTable([]),
 *     logger: getLogger("example"),
 *   });
 *   assert.equal(client.serverInfo?.name, "empty");
 *   assert.deepEqual(await client.listTools(), []);
 * });
 * ```
 */
export async function connectInMemory(
  group: TaskGroup,
  options: ConnectInMemoryOptions,
): Promise<McpClient> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = serveStdio(() => createSdkServer(options, group), {
    transport: far,
    onerror: (error) => logSdkError(options.logger, error),
  });
  const attempt = {
    server: options.serverInfo.name,
    era: options.era ?? "auto",
    clientInfo: undefined,
    connectTimeoutMs: 0,
    clock: systemClock,
    signal: group.signal,
  };
  return await connectTransport(near, attempt, async (client) => {
    await client.close();
    await server.close();
  });
}
