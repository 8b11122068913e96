import { abortable, runTaskGroup } from "../../concurrency/mod.ts";
import type { Authorizer } from "../../network/mod.ts";
import type { OpenRpcSession, RpcSessionPort } from "../../rpc/mod.ts";
import type { MessageChannel } from "./channel/message_channel.ts";
import { serveMcpChannel } from "./channel/serve_mcp_channel.ts";
import { createMcpService } from "./engine/create_mcp_service.ts";
import type { McpService } from "./engine/mcp_service.ts";
import type { McpServerOptions } from "./server_options.ts";
import { SessionGate } from "./session_gate.ts";

/** Options of {@linkcode createMcpStreamSession}. */
export interface McpStreamSessionOptions extends McpServerOptions {
  /** Who may call. Asked for every request, before anything else happens. */
  readonly authorizer: Authorizer;
  /**
   * Answers, instead of one made of the other options for each stream: so that all peers share it, and
   * hear of changes.
   *
   * @default {undefined}
   */
  readonly service?: McpService | undefined;
}

/**
 * What `serveRpc` needs as `openSession` to serve tools to other peers, in both protocol eras. Only
 * tools in the given table can be seen or called.
 *
 * A peer that resets its stream cancels its calls; one that only ends its half gets its answers.
 *
 * @param options The tools, and who may call.
 * @returns Runs the session of one stream.
 */
export function createMcpStreamSession(options: McpStreamSessionOptions): OpenRpcSession {
  const { authorizer, logger } = options;
  return async (port, signal) => {
    const { peerId } = port;
    const release = port.release.bind(port);
    const gate = new SessionGate({ peerId, authorizer, release, decline: port.decline.bind(port) });
    await runTaskGroup(async (group) => {
      await serveMcpChannel(group, {
        service: options.service ?? createMcpService(group, options),
        channel: toChannel(port),
        principal: { id: peerId, scopes: ["*"] },
        gate,
        // The stream itself has seen to it that the last requests of a peer are answered.
        atEnd: "cancel",
        onUnanswered: release,
        onListening: (isListening) => port.setHeld(isListening),
        logger,
      });
      group.cancel("the stream has ended");
    }, { name: `mcp session of ${peerId}`, signal });
  };
}

/** The stream's own limits hold for it. */
function toChannel(port: RpcSessionPort): MessageChannel {
  return {
    receive: (signal) => abortable(port.receive(), signal),
    send: (message) => port.send(message),
  };
}
