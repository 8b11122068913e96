import type { Authorizer } from "../../network/mod.ts";
import type { OpenRpcSession } from "../../rpc/mod.ts";
import type { McpServerOptions } from "./server_options.ts";

/** Options of {@linkcode createMcpStreamSession}. */
export interface McpStreamSessionOptions extends McpServerOptions {
  /** Who may call. Asked for every request, before anything else happens. */
  readonly authorizer: Authorizer;
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
  return async (port, signal) => {
    // The protocol package is loaded with the first session: few nodes are asked over this way.
    const { serveMcpSession } = await import("./serve_mcp_session.ts");
    await serveMcpSession(port, options, signal);
  };
}
