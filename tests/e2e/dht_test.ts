import assert from "node:assert/strict";
import { systemClock } from "../../src/concurrency/mod.ts";
import { addressOf, callMcpp, type McppProcess, startMcpp } from "./mcpp_process.ts";
import { within } from "./within.ts";

const TOKEN_ENV = { MCPP_TOKEN: "e2e-token" };
/** Nothing announces that a list has grown, so it is asked. */
const PAUSE_MS = 100;

function start(args: readonly string[]): Promise<McppProcess> {
  const common = ["--no-mdns", "--no-worker", "--announce-file", "off", "--namespace", "e2e"];
  return startMcpp({ env: TOKEN_ENV, args: [...common, ...args] });
}

async function listPeerIds(node: McppProcess): Promise<readonly string[]> {
  const { peers } = await callMcpp(node, "list_peers", {});
  return peers.map((peer: { "peer_id": string }) => peer["peer_id"]);
}

async function untilListed(node: McppProcess, peerId: string): Promise<void> {
  while (!(await listPeerIds(node)).includes(peerId)) await systemClock.sleep(PAUSE_MS);
}

Deno.test("two nodes with the same bootstrap peer find each other by the hash table", async () => {
  await using root = await start(["--dht", "private"]);
  const at = ["--bootstrap-peer", addressOf(root)];
  await using first = await start(at);
  await using second = await start(at);
  await within("the second node", untilListed(second, first.ready.peerId));
  await within("the first node", untilListed(first, second.ready.peerId));
});

Deno.test("a node for which the hash table is off is found by nobody there", async () => {
  await using root = await start(["--dht", "private"]);
  const at = ["--bootstrap-peer", addressOf(root)];
  await using hidden = await start([...at, "--dht", "off"]);
  await using first = await start(at);
  await using second = await start(at);
  await within("the second node", untilListed(second, first.ready.peerId));
  assert.ok(!(await listPeerIds(second)).includes(hidden.ready.peerId));
});
