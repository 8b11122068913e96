/**
 * A node that starts, finds a peer and connects to it, and then says that it is ready:
 * `find_peer.ts JSON`, with a {@linkcode Search}.
 */

import { systemClock } from "../../../src/concurrency/mod.ts";
import type { Names, NodeSettings } from "./discovery_way.ts";
import { openNode } from "./open_node.ts";

/** What the program is told. */
export interface Search {
  readonly peerId: string;
  readonly settings: readonly NodeSettings[];
  readonly names: Names;
}

const POLL_MS = 1;
/** Whoever is not found until then is not found at all. */
const DEADLINE_MS = 20_000;

const { peerId, settings, names }: Search = JSON.parse(Deno.args[0] ?? "{}");
const network = await openNode(settings, { names, isListening: false });
for (let waited = 0; !network.discoveredPeers().some((peer) => peer.peerId === peerId);) {
  if ((waited += POLL_MS) > DEADLINE_MS) throw new Error("Cannot connect as nobody was found");
  await systemClock.sleep(POLL_MS);
}
await network.connect({ peerId });
const ready = { url: "", multiaddrs: network.multiaddrs() };
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(ready)}\n`));
