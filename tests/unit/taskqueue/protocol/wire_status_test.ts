import assert from "node:assert/strict";
import { toWireStatus } from "../../../../src/taskqueue/mod.ts";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { fromWireStatus, toWireDetail } from "../../../../src/taskqueue/protocol/wire_status.ts";

const COUNTS = { queued: 1, running: 2, completed: 3, failed: 4, cancelled: 5 };
const DETAIL = {
  taskTypes: ["a", "docker.execute"],
  counts: { total: COUNTS, byType: new Map([["a", COUNTS], ["b", { ...COUNTS, running: 0 }]]) },
  clock: { "node_id": "n" },
  peers: [
    { ...peerOf("p1"), worker: "w1", types: ["docker.execute"] },
    { ...peerOf("p2"), worker: "w2", types: "any" },
    peerOf("p3"),
  ],
  members: ["p1"],
} as const;

function peerOf(peerId: string) {
  const seen = { hint: "me", lastSeenMs: 1_500, lastClaimMs: 0 };
  return { peerId, ...seen, worker: "", types: [] as readonly string[] };
}

Deno.test("fromWireStatus gives back what toWireStatus was given", () => {
  const status = { peerId: "p", taskTypes: ["a"], models: ["m"], session: "s", counts: COUNTS };
  const reply = toWireStatus({ ...status, detail: toWireDetail(DETAIL) });
  assert.deepEqual(fromWireStatus(reply, "p"), { ...status, raw: reply });
});

// docs/protocol.md, 5.8
Deno.test("fromWireStatus gives back the program and the time, and needs neither", () => {
  const status = { peerId: "p", taskTypes: [], models: [], session: "" };
  const said = { program: "mcpp 1.2.3", timeMs: 1_700_000_000_123 };
  const reply = toWireStatus({ ...status, ...said });
  assert.equal(reply["time_ms"], said.timeMs);
  assert.deepEqual(fromWireStatus(reply, "p"), { ...status, ...said, raw: reply });
  const other = { ...reply, program: 7, "time_ms": "noon" };
  assert.deepEqual(fromWireStatus(other, "p"), { ...status, raw: other });
});

Deno.test("toWireStatus tells as Python peers do whether others can dial the node", () => {
  const status = { peerId: "p", taskTypes: [], models: [], session: "" };
  const codes = { unknown: 0, public: 1, private: 2 } as const;
  for (const reachability of ["unknown", "public", "private"] as const) {
    const reply = toWireStatus({ ...status, reachability });
    const autonat = { supported: true, status: reachability, code: codes[reachability] };
    assert.deepEqual(reply["nat"], { autonat });
    assert.deepEqual(fromWireStatus(reply, "p"), { ...status, reachability, raw: reply });
  }
  const autonat = { supported: false, status: "unavailable", code: null };
  assert.deepEqual(toWireStatus(status)["nat"], { autonat });
});

Deno.test("toWireDetail tells of peers, workers and tasks as Python peers do", () => {
  const { scheduler, queue, ...rest } = toWireDetail(DETAIL);
  assert.deepEqual(rest["local_worker"], {
    enabled: true,
    "docker_enabled": true,
    "supported_task_types": ["a", "docker.execute"],
  });
  const byType = { "queued_by_type": { a: 1, b: 1 }, "running_by_type": { a: 2 } };
  assert.deepEqual(queue, { ...COUNTS, ...byType });
  const { known_peers: peers, known_workers: workers, ...others } = scheduler as JsonObject;
  assert.deepEqual(others["counts"], {
    peers: 3,
    workers: 2,
    "docker_workers": 1,
    "docker_workers_configured": 0,
  });
  assert.ok(Array.isArray(peers) && Array.isArray(workers));
  assert.deepEqual(peers.map((peer) => peer.peer_id), ["p1", "p2", "p3"]);
  assert.deepEqual(workers, [
    {
      "peer_id": "p1",
      "last_seen": 1.5,
      "worker_id": "w1",
      "supported_task_types": ["docker.execute"],
      "transport_peer_id": "p1",
      "peer_hint": "me",
    },
    { ...peers[1], "supported_task_types": [] },
  ]);
});

Deno.test("toWireStatus shows the detail in both places where peers look for it", () => {
  const detail = toWireDetail(DETAIL);
  const reply = toWireStatus({ peerId: "p", taskTypes: [], models: [], detail });
  assert.deepEqual(reply["detail"], detail);
  assert.deepEqual(reply["queue"], detail["queue"]);
});

Deno.test("toWireStatus has no detail unless there is one", () => {
  const reply = toWireStatus({ peerId: "p", taskTypes: [], models: [] });
  const names = ["ok", "capabilities", "nat", "session", "peer_id"];
  assert.deepEqual(Object.keys(reply), names);
});

Deno.test("toWireStatus passes on what a peer sent", () => {
  const raw = { ok: true, extra: 1 };
  assert.equal(toWireStatus({ peerId: "p", taskTypes: [], models: [], raw }), raw);
});

Deno.test("fromWireStatus copes with what Python peers leave out", () => {
  const bare = fromWireStatus({ ok: true }, "p");
  assert.deepEqual(bare.taskTypes, []);
  assert.equal(bare.counts, undefined);
  const head = fromWireStatus({ ok: true, queue: { queued: 7, running: 1, x: [] } }, "p");
  assert.deepEqual(head.counts, { queued: 7, running: 1, completed: 0, failed: 0, cancelled: 0 });
});
