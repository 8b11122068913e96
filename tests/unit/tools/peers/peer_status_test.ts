import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { PeerUnknownError, PeerUnreachableError } from "../../../../src/network/mod.ts";
import type { QueueStatus, TaskQueue } from "../../../../src/taskqueue/mod.ts";
import { type Neighbourhood, peerStatus, type QueueTarget } from "../../../../src/tools/mod.ts";
import { runBound } from "../run_bound.ts";
import { makeLink, makeNeighbourhood, makePeer } from "./make_neighbourhood.ts";

const STATUS: QueueStatus = { peerId: "a", taskTypes: ["work"], models: [] };

interface Asked {
  readonly neighbourhood?: Neighbourhood;
  readonly status: () => Promise<QueueStatus>;
}

async function statusOf({ neighbourhood, status }: Asked, args: unknown = { "peer_id": "a" }) {
  const targets: QueueTarget[] = [];
  const clock = new FakeClock();
  const queueOf = (target: QueueTarget) => {
    targets.push(target);
    const ask = async () => {
      await clock.advance(40);
      return await status();
    };
    return { status: ask } as unknown as TaskQueue;
  };
  const deps = { neighbourhood, queues: { queueOf }, clock };
  const { structuredContent } = await runBound(peerStatus, deps, args);
  // deno-lint-ignore no-explicit-any -- the shape is what is tested
  return { targets, result: structuredContent as any };
}

Deno.test("peer_status tells what is known of a peer, and what it says of itself", async () => {
  const neighbourhood = makeNeighbourhood({
    discoveredPeers: () => [makePeer("a"), makePeer("b")],
    connections: () => [makeLink("a"), makeLink("b"), makeLink("a", { direction: "inbound" })],
  });
  const { result, targets } = await statusOf({
    neighbourhood,
    status: () => Promise.resolve(STATUS),
  });
  assert.deepEqual(targets, [{ peerId: "a" }]);
  assert.deepEqual([result.answered, result["answered_in_s"]], [true, 0.04]);
  assert.deepEqual(result.status.capabilities["task_types"], ["work"]);
  assert.deepEqual([result.peer["peer_id"], result.peer.method], ["a", "mdns"]);
  const links = result.connections as readonly Record<string, unknown>[];
  assert.deepEqual(links.map(({ direction }) => direction), ["outbound", "inbound"]);
});

Deno.test("peer_status says why a known peer does not answer", async () => {
  const { result } = await statusOf({
    neighbourhood: makeNeighbourhood({ discoveredPeers: () => [makePeer("a")] }),
    status: () => Promise.reject(new PeerUnreachableError("a", "nobody listens there")),
  });
  assert.deepEqual([result.ok, result.answered, result.code], [true, false, "peer_unreachable"]);
  assert.match(result.error, /nobody listens there/);
  assert.equal(result.peer["peer_id"], "a");
});

Deno.test("peer_status fails for a peer of which nothing is known", async () => {
  const { result } = await statusOf({
    neighbourhood: makeNeighbourhood(),
    status: () => Promise.reject(new PeerUnknownError("a")),
  });
  assert.deepEqual([result.ok, result.code], [false, "peer_unknown"]);
});

Deno.test("peer_status shows what is known only since the peer was asked", async () => {
  let isConnected = false;
  const { result } = await statusOf({
    neighbourhood: makeNeighbourhood({ connections: () => isConnected ? [makeLink("a")] : [] }),
    status: () => {
      isConnected = true;
      return Promise.resolve(STATUS);
    },
  });
  assert.deepEqual([result.peer.connected, result.connections.length], [true, 1]);
});

Deno.test("peer_status needs a peer, and a node with P2P", async () => {
  const status = () => Promise.resolve(STATUS);
  const none = await statusOf({ neighbourhood: makeNeighbourhood(), status }, { "peer_id": " " });
  assert.equal(none.result.code, "invalid_arguments");
  const off = await statusOf({ status });
  assert.equal(off.result.code, "p2p_service_not_running");
});
