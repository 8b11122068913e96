import { systemClock, type TaskGroup } from "../../../../src/concurrency/mod.ts";
import { connectTransport } from "../../../../src/mcp/client/connect_transport.ts";
import type { InputHandlers } from "../../../../src/mcp/client/input_handlers.ts";
import type { McpClient } from "../../../../src/mcp/mod.ts";
import { MemoryTransport } from "../../../../src/mcp/memory_transport.ts";
import type { FarSide } from "../../../../src/mcp/relay/far_side.ts";
import { relayMcp } from "../../../../src/mcp/relay/relay_mcp.ts";
import { createMemoryChannelPair } from "../../../../src/mcp/server/channel/memory_channel.ts";
import { MemoryLogger } from "../sample_tools.ts";

/** A client of the official package whose messages are relayed to a server. */
export async function connectThroughRelay(
  group: TaskGroup,
  far: FarSide,
  options: { readonly era?: "auto" | "legacy"; readonly handlers?: InputHandlers } = {},
): Promise<McpClient> {
  const [near, end] = createMemoryChannelPair();
  const logger = new MemoryLogger();
  const relayed = Promise.withResolvers<void>();
  group.spawn("relay", async () => {
    try {
      await relayMcp(group, { near: end, far, logger });
    } finally {
      end.close();
      relayed.resolve();
    }
  });
  return await connectTransport(new MemoryTransport(near), {
    server: "relay",
    era: options.era ?? "auto",
    clientInfo: undefined,
    connectTimeoutMs: 0,
    clock: systemClock,
    handlers: options.handlers,
    signal: group.signal,
  }, async (client) => {
    await client.close();
    await relayed.promise;
  });
}
