import type { JsonObject } from "../../codec/mod.ts";
import type { RemoteToolResult } from "../../mcp/mod.ts";
import type { ClientCommandOptions } from "../client_options.ts";
import type { ExitCode } from "../exit_code.ts";
import { printToolResult } from "../print_tool_result.ts";
import { showProgress } from "../show_progress.ts";
import { type ClientCommandInput, withClient } from "../with_client.ts";
import { findPeerId } from "./find_peer_id.ts";

/** One command about a peer. */
export interface PeerInput<Options extends ClientCommandOptions = ClientCommandOptions>
  extends ClientCommandInput<Options> {
  /** Its id, the end of it, or its name. */
  readonly peer: string;
}

/** A call about a peer. */
export interface PeerCall {
  /** Name of the tool. */
  readonly tool: string;
  /** Its arguments besides the peer. @default {{}} */
  readonly args?: JsonObject | undefined;
  /** The text for a person. @default the server's own */
  readonly toText?: ((result: JsonObject) => string) | undefined;
  /** The exit code, once the result is printed. @default the one for the result */
  readonly toExitCode?: ((result: RemoteToolResult) => ExitCode | undefined) | undefined;
}

/**
 * Call a tool about the peer that a person means, and print its result.
 *
 * @param input Which peer, and where to print.
 * @param call What to call.
 * @returns The exit code.
 */
export async function callAboutPeer(input: PeerInput, call: PeerCall): Promise<number> {
  const { terminal, options, peer } = input;
  const { tool, args = {}, toText, toExitCode } = call;
  return await withClient(input, async (client, signal) => {
    const peerId = await findPeerId(peer, { client, signal });
    const result = await showProgress(
      (onProgress) => client.callTool(tool, { ...args, "peer_id": peerId }, { signal, onProgress }),
      { terminal, waitingFor: `peer ${peerId}` },
    );
    const code = printToolResult(result, { terminal, options, toText });
    return toExitCode?.(result) ?? code;
  });
}
