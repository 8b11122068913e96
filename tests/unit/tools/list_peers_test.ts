import assert from "node:assert/strict";
import type { ToolProgress } from "../../../src/mcp/mod.ts";
import type { QueueStatus, TaskQueue } from "../../../src/taskqueue/mod.ts";
import { listPeers, type ListPeersDeps, type ListPeersOutput } from "../../../src/tools/mod.ts";
import { runBound } from "./run_bound.ts";

function deps(status: () => Promise<QueueStatus>): ListPeersDeps {
  return {
    neighbourhood: {
      selfPeerId: "self",
      listenPort: 9710,
      startedAtMs: 1_000,
      discoveredPeers: () => [
        { peerId: "a", multiaddrs: ["/ip4/1"], method: "mdns", lastSeenMs: 199_000 },
        { peerId: "b", multiaddrs: [], method: "bootstrap", lastSeenMs: 10_000 },
      ],
      now: () => 200_000,
    },
    queues: { queueOf: () => ({ status }) as TaskQueue },
  };
}

const unused = () => Promise.reject(new Error("not asked"));

async function list(given: ListPeersDeps, args: Record<string, unknown>): Promise<ListPeersOutput> {
  const { structuredContent } = await runBound(listPeers, given, args);
  return structuredContent as unknown as ListPeersOutput;
}

Deno.test("list_peers lists discovered peers with their age", async () => {
  const result = await list(deps(unused), {});
  const { peers, ...rest } = result;
  assert.deepEqual(rest, {
    ok: true,
    "self_peer_id": "self",
    "listen_port": 9710,
    "started_at": 1,
    count: 2,
  });
  assert.deepEqual(peers.map((peer) => [peer["peer_id"], peer["age_s"], peer.alive]), [
    ["a", 1, true],
    ["b", 190, false],
  ]);
  assert.equal(peers[0]?.multiaddr, "/ip4/1");
});

Deno.test("list_peers adds who has asked for work, found or not", async () => {
  const given = deps(unused);
  const worker = { workerId: "w", taskTypes: ["work"] };
  const workingPeers = () => [
    { peerId: "b", lastSeenMs: 199_500, ...worker },
    { peerId: "c", lastSeenMs: 198_000, ...worker },
  ];
  const neighbourhood = given.neighbourhood && { ...given.neighbourhood, workingPeers };
  const { peers } = await list({ ...given, neighbourhood }, {});
  assert.deepEqual(peers.map((peer) => [peer["peer_id"], peer.method, peer["worker_id"]]), [
    ["b", "bootstrap", "w"],
    ["a", "mdns", undefined],
    ["c", "contact", "w"],
  ]);
  assert.deepEqual(peers.map(({ discovered, alive }) => [discovered, alive]), [
    [true, true],
    [true, true],
    [false, true],
  ]);
  assert.deepEqual(peers[2]?.["supported_task_types"], ["work"]);
});

Deno.test("list_peers filters by method and limit", async () => {
  const byMethod = await list(deps(unused), { "discovery_methods": ["bootstrap"] });
  assert.deepEqual(byMethod.peers.map((peer) => peer["peer_id"]), ["b"]);
  const limited = await list(deps(unused), { limit: 1 });
  assert.deepEqual(limited.peers.map((peer) => peer["peer_id"]), ["a"]);
});

Deno.test("list_peers asks for capabilities, and says why a peer gave none", async () => {
  const status = { peerId: "a", taskTypes: ["work"], models: [] };
  const asked = await list(deps(() => Promise.resolve(status)), { "include_capabilities": true });
  assert.equal(asked.peers[0]?.capabilities?.["peer_id"], "a");
  const refused = await list(deps(unused), { "include_capabilities": true });
  assert.equal(refused.peers[0]?.["capabilities_error"], "not asked");
});

Deno.test("list_peers reports how many peers have been asked", async () => {
  const progress: ToolProgress[] = [];
  await runBound(listPeers, deps(unused), { "include_capabilities": true }, progress);
  assert.deepEqual(progress, [
    { progress: 1, total: 2, message: "1 of 2 peers asked" },
    { progress: 2, total: 2, message: "2 of 2 peers asked" },
  ]);
});

Deno.test("list_peers fails with a code when P2P is off", async () => {
  const result = await runBound(
    listPeers,
    { ...deps(unused), neighbourhood: undefined },
    {},
  );
  assert.equal(result.structuredContent["code"], "p2p_service_not_running");
});
