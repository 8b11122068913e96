import type { RequestId } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { runTaskGroup } from "../../concurrency/mod.ts";
import type { RpcSessionPort } from "../../rpc/mod.ts";
import type { McpStreamSessionOptions } from "./create_mcp_stream_session.ts";
import { createSdkServer } from "./create_sdk_server.ts";
import { logSdkError } from "./log_sdk_error.ts";
import { SessionGate } from "./session_gate.ts";
import { SessionTransport } from "./session_transport.ts";

/** Subscriptions of one stream. This server has nothing to notify of, so few will do. */
const MAX_SUBSCRIPTIONS = 4;

/**
 * Serve the MCP messages of one stream until it ends.
 *
 * @param port The messages.
 * @param options The tools, and who may call.
 * @param signal Ends it.
 */
export async function serveMcpSession(
  port: RpcSessionPort,
  options: McpStreamSessionOptions,
  signal: AbortSignal,
): Promise<void> {
  const { authorizer, logger } = options;
  const { peerId } = port;
  const gate = new SessionGate({ peerId, authorizer, release: (id) => port.release(id) });
  const transport = new SessionTransport(port, { gate, logger });
  await runTaskGroup(async (group) => {
    const sdkOptions = { ...options, onCallEnded: (id: RequestId) => gate.noteCallEnded(id) };
    const server = serveStdio(() => createSdkServer(sdkOptions, group), {
      transport,
      maxSubscriptions: MAX_SUBSCRIPTIONS,
      onerror: (error) => logSdkError(logger, error),
    });
    await transport.ended;
    await server.close();
    group.cancel("the stream has ended");
  }, { name: `mcp session of ${peerId}`, signal });
}
