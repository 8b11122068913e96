import assert from "node:assert/strict";
import {
  listPeers,
  type LookOptions,
  type MethodHealth,
  type Neighbourhood,
} from "../../../../src/tools/mod.ts";
import { runBound } from "../run_bound.ts";
import {
  makeControl,
  makeLink,
  makeMethod,
  makeNeighbourhood,
  makePeer,
  makeReport,
  NOW_MS,
} from "./make_neighbourhood.ts";

interface Around {
  readonly neighbourhood: Neighbourhood;
  readonly looks: readonly Omit<LookOptions, "signal">[];
}

/** Nobody is known until somebody looks. */
function nobodyUntilLooked(methods: readonly MethodHealth[] = [makeMethod("mdns")]): Around {
  const looks: Omit<LookOptions, "signal">[] = [];
  const neighbourhood = makeNeighbourhood({
    discoveredPeers: () => looks.length === 0 ? [] : [makePeer("a")],
    methods: () => methods,
    control: makeControl({
      discover: ({ methods = [], timeoutMs }) => {
        looks.push({ methods, timeoutMs });
        return Promise.resolve(methods.map((method) => makeReport(method, { peerIds: ["a"] })));
      },
    }),
  });
  return { neighbourhood, looks };
}

async function list(neighbourhood: Neighbourhood, args: unknown = {}) {
  const queues = { queueOf: () => assert.fail() };
  const { structuredContent } = await runBound(listPeers, { neighbourhood, queues }, args);
  // deno-lint-ignore no-explicit-any -- the shape is what is tested
  return structuredContent as any;
}

Deno.test("list_peers looks for peers if it knows none, and lists those it finds", async () => {
  const { neighbourhood, looks } = nobodyUntilLooked();
  const { count, peers, discovery } = await list(neighbourhood);
  assert.deepEqual([count, peers[0]["peer_id"]], [1, "a"]);
  assert.deepEqual(looks, [{ methods: ["mdns"], timeoutMs: 1_500 }]);
  assert.deepEqual(discovery, [
    { method: "mdns", ok: true, "peer_ids": ["a"], "duration_s": 0.012 },
  ]);
  const again = await list(neighbourhood);
  assert.deepEqual([looks.length, again.discovery], [1, undefined], "it knows one now");
});

Deno.test("list_peers does not look if it is told not to, or to take no time", async () => {
  const { neighbourhood, looks } = nobodyUntilLooked();
  for (const args of [{ discover: false }, { "discovery_timeout_s": 0 }]) {
    const { count, discovery } = await list(neighbourhood, args);
    assert.deepEqual([count, discovery], [0, undefined]);
  }
  assert.deepEqual(looks, []);
});

Deno.test("list_peers looks by the methods that are named, for as long as is asked", async () => {
  const { neighbourhood, looks } = nobodyUntilLooked();
  const args = { "discovery_methods": ["mdns", "dht"], "discovery_timeout_s": 1_000 };
  const { peers } = await list(neighbourhood, args);
  assert.equal(peers.length, 1);
  assert.deepEqual(looks, [{ methods: ["mdns", "dht"], timeoutMs: 60_000 }]);
});

Deno.test("list_peers looks if all that it knows was found by other methods", async () => {
  const { neighbourhood, looks } = nobodyUntilLooked();
  await list(neighbourhood);
  const { count } = await list(neighbourhood, { "discovery_methods": ["dht"] });
  assert.deepEqual([count, looks.length], [0, 2]);
});

Deno.test("list_peers leaves methods alone that have just looked, or fail and try again", async () => {
  const ago = (ms: number) => ({ lastSuccessMs: NOW_MS - ms });
  const { neighbourhood, looks } = nobodyUntilLooked([
    makeMethod("near-old", ago(5_000)),
    makeMethod("near-fresh", ago(500)),
    makeMethod("wide-old", { reach: "wide", ...ago(40_000) }),
    makeMethod("wide-fresh", { reach: "wide", ...ago(5_000) }),
    makeMethod("first-round", { ok: undefined, lastSuccessMs: undefined }),
    makeMethod("failing", { ok: false, failures: 2 }),
  ]);
  await list(neighbourhood);
  assert.deepEqual(looks[0]?.methods, ["near-old", "wide-old", "first-round"]);
});

Deno.test("list_peers looks for nobody who may only look at what is known", async () => {
  const { neighbourhood, looks } = nobodyUntilLooked();
  const { count } = await list({ ...neighbourhood, control: undefined });
  assert.deepEqual([count, looks.length], [0, 0]);
});

Deno.test("list_peers finds a peer by each of the ways in which it was found", async () => {
  const methods = ["mdns", "rendezvous"];
  const neighbourhood = makeNeighbourhood({ discoveredPeers: () => [makePeer("a", { methods })] });
  const count = async (method: string) =>
    (await list(neighbourhood, { "discovery_methods": [method], discover: false })).count;
  assert.deepEqual([await count("mdns"), await count("rendezvous"), await count("dht")], [1, 1, 0]);
});

Deno.test("list_peers says how each method does, and whether this node can be reached", async () => {
  const failing = { ok: false, failures: 3, reason: "nobody answers", lastSuccessMs: undefined };
  const addresses = [{ multiaddr: "/ip4/192.0.2.9", kind: "observed", isVerified: true }] as const;
  const result = await list(
    makeNeighbourhood({
      methods: () => [
        makeMethod("mdns", { lastDurationMs: 250, peers: 2 }),
        makeMethod("rendezvous", { reach: "wide", ...failing }),
      ],
      reachability: () => ({ status: "public", addresses }),
    }),
    { discover: false },
  );
  assert.deepEqual(result.methods, [
    {
      method: "mdns",
      reach: "lan",
      ok: true,
      failures: 0,
      "last_success": 140,
      "last_duration_s": 0.25,
      peers: 2,
    },
    {
      method: "rendezvous",
      reach: "wide",
      ok: false,
      reason: "nobody answers",
      failures: 3,
      peers: 0,
    },
  ]);
  assert.deepEqual(result.reachability, {
    status: "public",
    addresses: [{ multiaddr: "/ip4/192.0.2.9", kind: "observed", verified: true }],
  });
});

Deno.test("list_peers says in words who is connected, and by which name", async () => {
  const neighbourhood = makeNeighbourhood({
    discoveredPeers: () => [makePeer("a")],
    connections: () => [makeLink("a", { isRelayed: true })],
    trustOf: () => ({ name: "laptop", roles: ["work"], isRevoked: false }),
  });
  const queues = { queueOf: () => assert.fail() };
  const { content } = await runBound(listPeers, { neighbourhood, queues }, {});
  assert.equal(
    content[0].text,
    "a (laptop) at /ip4/192.0.2.1/tcp/1/p2p/a, found by mdns, connected through a relay",
  );
});
