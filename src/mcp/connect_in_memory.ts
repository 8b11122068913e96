import { systemClock, type TaskGroup } from "../concurrency/mod.ts";
import { connectTransport } from "./client/connect_transport.ts";
import type { McpClient } from "./client/mcp_client.ts";
import { MemoryTransport } from "./memory_transport.ts";
import { ANONYMOUS, type Principal } from "./principal.ts";
import { createMemoryChannelPair } from "./server/channel/memory_channel.ts";
import { serveMcpChannel } from "./server/channel/serve_mcp_channel.ts";
import { createMcpService } from "./server/engine/create_mcp_service.ts";
import type { McpServerOptions } from "./server/server_options.ts";

/** Options of {@linkcode connectInMemory}. */
export interface ConnectInMemoryOptions extends McpServerOptions {
  /** Which protocol era to speak. @default {"auto"} */
  readonly era?: "auto" | "legacy" | undefined;
  /** On whose behalf calls are made. @default {ANONYMOUS} */
  readonly principal?: Principal | undefined;
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
  const { logger, principal = ANONYMOUS, era = "auto" } = options;
  const service = createMcpService(group, options);
  const [near, far] = createMemoryChannelPair();
  const ended = Promise.withResolvers<void>();
  group.spawn("mcp server in memory", async () => {
    try {
      // A client in the same program that hangs up waits for no answer.
      await serveMcpChannel(group, { service, channel: far, principal, atEnd: "cancel", logger });
    } finally {
      far.close();
      ended.resolve();
    }
  });
  const attempt = {
    server: options.serverInfo.name,
    era,
    clientInfo: undefined,
    connectTimeoutMs: 0,
    clock: systemClock,
    signal: group.signal,
  };
  return await connectTransport(new MemoryTransport(near), attempt, async (client) => {
    await client.close();
    await ended.promise;
  });
}
