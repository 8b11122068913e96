import { systemClock } from "../../src/concurrency/mod.ts";
import { addressOf, callMcpp, type McppProcess, startMcpp } from "./mcpp_process.ts";
import { openTempDir } from "./run_deno.ts";
import { within } from "./within.ts";

const TOKEN_ENV = { MCPP_TOKEN: "e2e-token" };
/** Nothing announces that a list has grown, so it is asked. */
const PAUSE_MS = 100;

async function untilListed(node: McppProcess, peerId: string): Promise<void> {
  for (;;) {
    const { peers } = await callMcpp(node, "list_peers", {});
    if (peers.some((peer: { "peer_id": string }) => peer["peer_id"] === peerId)) return;
    await systemClock.sleep(PAUSE_MS);
  }
}

function start(args: readonly string[], home?: string): Promise<McppProcess> {
  const common = ["--no-mdns", "--no-worker", "--announce-file", "off"];
  return startMcpp({ env: TOKEN_ENV, args: [...common, ...args], ...(home && { home }) });
}

Deno.test("two nodes that know the same rendezvous point find each other", async () => {
  await using point = await start(["--rendezvous-server"]);
  const at = ["--rendezvous-point", addressOf(point), "--namespace", "e2e"];
  await using first = await start(at);
  await using second = await start(at);
  await within("the second node", untilListed(second, first.ready.peerId));
});

Deno.test("two nodes that can see one directory find each other", async () => {
  await using shared = await openTempDir();
  const at = ["--shared-directory", shared.path];
  await using first = await start(at);
  await using second = await start(at);
  await within("the second node", untilListed(second, first.ready.peerId));
});

Deno.test("a node connects again to a peer that it knew before its restart", async () => {
  await using home = await openTempDir();
  await using peer = await start([]);
  {
    await using node = await start(["--bootstrap-peer", addressOf(peer)], home.path);
    await within("the peer", untilListed(node, peer.ready.peerId));
    await node.stop();
  }
  await using node = await start([], home.path);
  await within("the peer, again", untilListed(node, peer.ready.peerId));
});
