import type { JsonObject } from "../../../codec/mod.ts";
import { systemClock } from "../../../concurrency/mod.ts";
import { callAndPrint } from "../../call_and_print.ts";
import type { ClientCommandOptions } from "../../client_options.ts";
import type { ClientCommandInput } from "../../with_client.ts";
import { formatPeers } from "../format_peers.ts";
import { shownPeersSchema } from "../shown_peer.ts";
import { watchPeers } from "./watch_peers.ts";

/** The options of `mcpp peers list`. */
export interface ListOptions extends ClientCommandOptions {
  readonly watch?: boolean;
  readonly method?: readonly string[];
  readonly capabilities?: boolean;
  readonly limit?: number;
}

const MAX_PEERS = 1000;

/**
 * Print the peers around a node, once or until interrupted.
 *
 * @param input Whose peers, and which.
 * @returns The exit code.
 */
export async function listPeers(input: ClientCommandInput<ListOptions>): Promise<number> {
  const { watch, method, capabilities, limit = MAX_PEERS } = input.options;
  const args: JsonObject = {
    limit,
    ...(method !== undefined && { "discovery_methods": method }),
    ...(capabilities === true && { "include_capabilities": true }),
  };
  if (watch === true) return await watchPeers(input, args);
  return await callAndPrint(input, {
    tool: "list_peers",
    args,
    toText: (result) =>
      formatPeers(shownPeersSchema.parse(result), {
        nowMs: systemClock.now(),
        columns: input.terminal.outSize?.columns,
      }),
  });
}
