import assert from "node:assert/strict";
import { addressOf, callMcpp, type McppProcess, runMcpp, startMcpp } from "./mcpp_process.ts";
import { openTempDir } from "./run_deno.ts";
import { within } from "./within.ts";

const ENV = { MCPP_TOKEN: "peers-token" };

function start(...args: string[]): Promise<McppProcess> {
  const common = ["--no-mdns", "--no-worker", "--announce-file", "off"];
  return startMcpp({ env: ENV, args: [...common, ...args] });
}

/** Run `mcpp peers` for a node and parse what it prints. */
// deno-lint-ignore no-explicit-any -- the shape differs from command to command
async function peers(node: McppProcess, ...args: string[]): Promise<any> {
  const { code, stdout, stderr } = await runMcpp(["peers", ...args, "--url", node.ready.url]);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

Deno.test("mcpp peers connects, describes and disconnects, by address, id and end of an id", async () => {
  await using node = await start();
  await using peer = await start();
  const { peerId } = peer.ready;
  const none = await peers(node);
  assert.deepEqual([none.count, none["self_peer_id"]], [0, node.ready.peerId]);
  const connected = await peers(node, "connect", addressOf(peer));
  assert.deepEqual([connected["peer_id"], connected.connection.relayed], [peerId, false]);
  const { peers: [row, ...others] } = await peers(node);
  assert.deepEqual([row["peer_id"], row.connected, others], [peerId, true, []]);
  const there = await peers(peer);
  const inbound = there.peers.find((row: { "peer_id": string }) =>
    row["peer_id"] === node.ready.peerId
  );
  assert.deepEqual([inbound.connected, inbound.discovered, inbound.multiaddr], [true, false, ""]);
  const status = await peers(node, "status", peerId.slice(-8));
  assert.deepEqual([status.answered, status.status["peer_id"]], [true, peerId]);
  assert.deepEqual(status.connections.map((each: { direction: string }) => each.direction), [
    "outbound",
  ]);
  assert.equal((await peers(node, "disconnect", peerId)).disconnected, true);
  assert.equal((await peers(node, "disconnect", peerId)).disconnected, false);
  const back = await peers(node, "connect", peerId);
  assert.equal(back["peer_id"], peerId, "its address is still known");
});

Deno.test("mcpp peers says what is wrong, with a code and an exit code", async () => {
  await using node = await start();
  const run = (...args: string[]) => runMcpp(["peers", ...args, "--url", node.ready.url]);
  const nobody = await run("connect", "/ip4/127.0.0.1/tcp/1");
  assert.equal(nobody.code, 4, nobody.stderr);
  assert.equal(JSON.parse(nobody.stdout).code, "peer_unreachable");
  const nonsense = await run("connect", "/not/an/address");
  assert.equal(JSON.parse(nonsense.stdout).code, "invalid_multiaddr");
  const unknown = await run("status", node.ready.peerId.replace(/.{8}$/, "xxxxxxxx"));
  assert.equal(JSON.parse(unknown.stdout).ok, false);
  await using apart = await startMcpp({ args: ["--no-p2p"] });
  const off = await runMcpp(["peers", "--url", apart.ready.url]);
  assert.equal(JSON.parse(off.stdout).code, "p2p_service_not_running");
});

/** A node may be ready before it has written its file, so that it is looked for again. */
async function untilIncludes(look: () => Promise<readonly string[]>, id: string): Promise<void> {
  while (!(await look()).includes(id));
}

Deno.test("a node looks for peers when it is told to, and says how each method does", async () => {
  await using shared = await openTempDir();
  const at = ["--shared-directory", shared.path];
  await using nobody = await start();
  const point = addressOf(nobody);
  await nobody.stop();
  await using node = await start(...at, "--rendezvous-point", point);
  await using first = await start(...at);
  const method = ["--method", "shared-directory"];
  const list = async () =>
    (await peers(node, ...method)).peers.map((row: { "peer_id": string }) => row["peer_id"]);
  await within("the first", untilIncludes(list, first.ready.peerId));
  await using second = await start(...at);
  const discover = async () =>
    (await peers(node, "discover", ...method)).methods[0]["peer_ids"] as string[];
  await within("the second", untilIncludes(discover, second.ready.peerId));
  const { methods } = await peers(node, "discover", "--timeout", "5");
  const failed = methods.find((each: { method: string }) => each.method === "rendezvous");
  assert.equal(failed.ok, false);
  const health = await fetch(new URL("/health", node.ready.url));
  const { checks } = await health.json();
  assert.equal(health.status, 200, "one method that fails keeps no node from its work");
  assert.equal(checks["discovery.shared-directory"].ok, true);
  assert.equal(checks["discovery.rendezvous"].ok, false);
});

Deno.test("another node may see the peers of a node, and make it do nothing about them", async () => {
  await using node = await start("--peer-tools", "peers");
  await using third = await start();
  await peers(node, "connect", addressOf(third));
  const call = async (tool: string, args: unknown) => {
    const address = ["--peer", addressOf(node)];
    const { stdout } = await runMcpp(["call", tool, JSON.stringify(args), ...address], {
      env: ENV,
    });
    return JSON.parse(stdout);
  };
  const listed = await call("list_peers", {});
  const ids = listed.peers.map((row: { "peer_id": string }) => row["peer_id"]);
  assert.ok(ids.includes(third.ready.peerId));
  assert.deepEqual([listed.methods, listed.reachability], [undefined, undefined]);
  const target = { "peer_id": third.ready.peerId };
  for (const [tool, args] of [["connect", target], ["disconnect", target], ["discover", {}]]) {
    assert.equal((await call(String(tool), args)).code, "forwarding_refused");
  }
  const { peers: [row] } = await callMcpp(node, "list_peers", {});
  assert.equal(row.connected, true);
});

Deno.test("mcpp peers shows how a trusted peer is called, and what it may do", async () => {
  await using node = await start();
  await using peer = await start();
  const { peerId } = peer.ready;
  const trusting = ["--name", "laptop", "--role", "submit", "--data-dir", node.dataDir];
  const trusted = await runMcpp(["peers", "trust", peerId, ...trusting]);
  assert.equal(trusted.code, 0, trusted.stderr);
  await peers(node, "connect", addressOf(peer));
  const { peers: [row] } = await peers(node);
  assert.deepEqual([row.name, row.roles], ["laptop", ["submit"]]);
  assert.equal((await peers(node, "disconnect", "laptop"))["peer_id"], peerId);
});
