import assert from "node:assert/strict";
import { PeerUnreachableError } from "../../../../src/network/mod.ts";
import {
  connect,
  disconnect,
  discover,
  type LookOptions,
  type NeighbourhoodControl,
  type PeerToolDeps,
  type QueueTarget,
} from "../../../../src/tools/mod.ts";
import { runBound } from "../run_bound.ts";
import {
  makeControl,
  makeLink,
  makeNeighbourhood,
  makePeer,
  makeReport,
} from "./make_neighbourhood.ts";

function depsWith(control: Partial<NeighbourhoodControl>) {
  const discoveredPeers = () => [makePeer("a"), makePeer("b")];
  return { neighbourhood: makeNeighbourhood({ discoveredPeers, control: makeControl(control) }) };
}

Deno.test("discover looks by all methods, and says what each has found or why it failed", async () => {
  const looks: LookOptions[] = [];
  const deps = depsWith({
    discover: (options) => {
      looks.push(options);
      return Promise.resolve([
        makeReport("mdns", { peerIds: ["a", "gone"] }),
        makeReport("dht", { ok: false, reason: "nobody answers" }),
      ]);
    },
  });
  const { structuredContent, content } = await runBound(discover, deps, {});
  assert.deepEqual([looks[0]?.methods, looks[0]?.timeoutMs], [undefined, 10_000]);
  assert.deepEqual(structuredContent["methods"], [
    { method: "mdns", ok: true, "peer_ids": ["a", "gone"], "duration_s": 0.012 },
    { method: "dht", ok: false, reason: "nobody answers", "peer_ids": [], "duration_s": 0.012 },
  ]);
  assert.equal(structuredContent["count"], 1);
  const [row] = structuredContent["peers"] as readonly Record<string, unknown>[];
  assert.equal(row?.["peer_id"], "a");
  assert.equal(content[0].text, "Peers found: 1\nmdns: 2\ndht: failed: nobody answers");
});

Deno.test("discover looks by some methods only, and no longer than it is told", async () => {
  const looks: LookOptions[] = [];
  const deps = depsWith({
    discover: (options) => {
      looks.push(options);
      return Promise.resolve([]);
    },
  });
  await runBound(discover, deps, { methods: ["mdns"], "timeout_s": 0.5 });
  assert.deepEqual([looks[0]?.methods, looks[0]?.timeoutMs], [["mdns"], 500]);
  for (const args of [{ methods: [] }, { "timeout_s": 0 }, { "timeout_s": 61 }]) {
    const { structuredContent } = await runBound(discover, deps, args);
    assert.equal(structuredContent["code"], "invalid_arguments", JSON.stringify(args));
  }
  assert.equal(looks.length, 1);
});

Deno.test("connect dials an address or a peer, and says who answered", async () => {
  const targets: QueueTarget[] = [];
  const deps = depsWith({
    connect: (target) => {
      targets.push(target);
      return Promise.resolve(makeLink("a", { isRelayed: true }));
    },
  });
  const { structuredContent, content } = await runBound(connect, deps, { multiaddr: " /ip4/x " });
  assert.deepEqual(structuredContent, {
    ok: true,
    "peer_id": "a",
    connection: {
      "peer_id": "a",
      multiaddr: "/ip4/192.0.2.1/tcp/1/p2p/a",
      direction: "outbound",
      relayed: true,
      "opened_at": 150,
      streams: 2,
    },
  });
  assert.equal(content[0].text, "Connected to a at /ip4/192.0.2.1/tcp/1/p2p/a (relayed)");
  await runBound(connect, deps, { "peer_id": "a" });
  assert.deepEqual(targets, [
    { multiaddr: "/ip4/x", peerId: undefined },
    { multiaddr: undefined, peerId: "a" },
  ]);
});

Deno.test("connect fails with the code of what went wrong", async () => {
  const refuses = depsWith({
    connect: () => Promise.reject(new PeerUnreachableError("a", "nobody listens there")),
  });
  const failed = await runBound(connect, refuses, { "peer_id": "a" });
  assert.equal(failed.structuredContent["code"], "peer_unreachable");
  const nowhere = await runBound(connect, refuses, { "peer_id": " " });
  assert.equal(nowhere.structuredContent["code"], "invalid_arguments");
  assert.match(nowhere.content[0].text, /Give multiaddr or peer_id/);
});

Deno.test("connect gives up when its time is over", async () => {
  let isTold = false;
  const deps = depsWith({
    connect: (_target, { signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => {
          isTold = true;
          reject(signal.reason);
        })
      ),
  });
  const args = { "peer_id": "a", "timeout_s": 0.01 };
  const { structuredContent } = await runBound(connect, deps, args);
  assert.deepEqual([structuredContent["code"], isTold], ["peer_timeout", true]);
});

Deno.test("disconnect says whether there was a connection", async () => {
  const deps = depsWith({ disconnect: (peerId) => Promise.resolve(peerId === "a") });
  const run = async (peerId: string) =>
    (await runBound(disconnect, deps, { "peer_id": peerId })).structuredContent;
  assert.deepEqual(await run("a"), { ok: true, "peer_id": "a", disconnected: true });
  assert.deepEqual(await run("b"), { ok: true, "peer_id": "b", disconnected: false });
  assert.equal((await run(""))["code"], "invalid_arguments");
});

const RUNS = {
  discover: (deps: PeerToolDeps) => runBound(discover, deps, {}),
  connect: (deps: PeerToolDeps) => runBound(connect, deps, { "peer_id": "a" }),
  disconnect: (deps: PeerToolDeps) => runBound(disconnect, deps, { "peer_id": "a" }),
};

for (const [name, run] of Object.entries(RUNS)) {
  Deno.test(`${name} is for callers on this machine, on a node with P2P`, async () => {
    const off = await run({ neighbourhood: undefined });
    assert.equal(off.structuredContent["code"], "p2p_service_not_running");
    const foreign = await run({ neighbourhood: makeNeighbourhood() });
    assert.equal(foreign.structuredContent["code"], "forwarding_refused");
  });
}
