import type { JsonObject } from "../../../codec/mod.ts";
import { systemClock } from "../../../concurrency/mod.ts";
import type { RemoteToolResult } from "../../../mcp/mod.ts";
import { LiveView } from "../../live_view.ts";
import { printToolResult } from "../../print_tool_result.ts";
import type { Terminal } from "../../terminal.ts";
import { type ClientCommandInput, withClient } from "../../with_client.ts";
import { formatPeers } from "../format_peers.ts";
import { shownPeersSchema } from "../shown_peer.ts";
import { PeerNews } from "./peer_news.ts";

/** Nobody tells of peers, but a look costs next to nothing. */
const LOOK_MS = 1_000;

/**
 * Show the peers around a node until interrupted: to a person as a picture that changes, to a program
 * as news.
 *
 * @param input Whose peers.
 * @param args Which, as `list_peers` has it.
 * @returns The exit code of a look that failed.
 * @throws {unknown} The reason of the interruption, which is how it ends otherwise.
 */
export async function watchPeers(input: ClientCommandInput, args: JsonObject): Promise<number> {
  const { terminal, options } = input;
  const show = terminal.isInteractive && options.json !== true
    ? createPicture(terminal)
    : createNewsPrinter(terminal);
  return await withClient(input, async (client, signal) => {
    for (;;) {
      // What is looked at every second must not make the node look for peers every second.
      const result = await client.callTool("list_peers", { ...args, discover: false }, { signal });
      if (result.isError) return printToolResult(result, input);
      show(result);
      await systemClock.sleep(LOOK_MS, { signal });
    }
  });
}

type Show = (result: RemoteToolResult) => void;

function createPicture(terminal: Terminal): Show {
  const view = new LiveView(terminal);
  return ({ structuredContent }) => {
    const shown = shownPeersSchema.parse(structuredContent);
    const room = { nowMs: systemClock.now(), columns: terminal.outSize?.columns };
    view.show(formatPeers(shown, room));
  };
}

function createNewsPrinter(terminal: Terminal): Show {
  const news = new PeerNews();
  return ({ structuredContent }) => {
    for (const event of news.update(shownPeersSchema.parse(structuredContent))) {
      terminal.writeOut(`${JSON.stringify(event)}\n`);
    }
  };
}
