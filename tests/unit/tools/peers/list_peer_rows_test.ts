import assert from "node:assert/strict";
import { findPeerRow, listPeerRows } from "../../../../src/tools/mod.ts";
import { makeLink, makeNeighbourhood, makePeer, NOW_MS } from "./make_neighbourhood.ts";

Deno.test("listPeerRows says who is connected, and whether only through relays", () => {
  const relayed = { isRelayed: true };
  const neighbourhood = makeNeighbourhood({
    discoveredPeers: () => ["direct", "both", "relayed", "apart"].map((id) => makePeer(id)),
    connections: () => [
      makeLink("direct"),
      makeLink("both", relayed),
      makeLink("both"),
      makeLink("relayed", relayed),
    ],
  });
  const rows = listPeerRows(neighbourhood);
  assert.deepEqual(rows.map((row) => [row["peer_id"], row.connected, row.relayed]), [
    ["direct", true, false],
    ["both", true, false],
    ["relayed", true, true],
    ["apart", false, undefined],
  ]);
});

Deno.test("listPeerRows lists who is connected and was not found, and where it can be dialled", () => {
  const rows = listPeerRows(makeNeighbourhood({
    connections: () => [
      makeLink("came", { direction: "inbound" }),
      makeLink("dialled", { openedAtMs: 10_000 }),
    ],
  }));
  const shown = rows.map((row) => [row["peer_id"], row.method, row.discovered, row.multiaddr]);
  assert.deepEqual(shown, [
    ["came", "contact", false, ""],
    ["dialled", "contact", false, "/ip4/192.0.2.1/tcp/1/p2p/dialled"],
  ]);
  assert.deepEqual(rows.map((row) => [row["age_s"], row.alive]), [[50, true], [190, true]]);
});

Deno.test("listPeerRows says all ways by which a peer was found", () => {
  const methods = ["mdns", "rendezvous"];
  const discoveredPeers = () => [makePeer("a", { methods }), makePeer("b")];
  const rows = listPeerRows(makeNeighbourhood({ discoveredPeers }));
  assert.deepEqual(rows.map((row) => row.methods), [["mdns", "rendezvous"], ["mdns"]]);
});

Deno.test("listPeerRows adds what the owner has said about a peer", () => {
  const trust = new Map([
    ["friend", { name: "laptop", roles: ["submit", "work"], isRevoked: false }],
    ["foe", { roles: [], isRevoked: true }],
  ]);
  const neighbourhood = makeNeighbourhood({
    discoveredPeers: () => ["friend", "foe", "stranger"].map((id) => makePeer(id)),
    trustOf: (peerId) => trust.get(peerId),
  });
  const of = (peerId: string) => {
    const { name, roles, revoked } = findPeerRow(neighbourhood, peerId) ?? {};
    return [name, roles, revoked];
  };
  assert.deepEqual(of("friend"), ["laptop", ["submit", "work"], undefined]);
  assert.deepEqual(of("foe"), [undefined, [], true]);
  assert.deepEqual(of("stranger"), [undefined, undefined, undefined]);
});

Deno.test("listPeerRows puts who was seen last first, by whatever sign", () => {
  const seen = (peerId: string, lastSeenMs: number) => makePeer(peerId, { lastSeenMs });
  const rows = listPeerRows(makeNeighbourhood({
    discoveredPeers: () => [seen("found", NOW_MS - 30_000), seen("works", 0)],
    workingPeers: () => [
      { peerId: "works", workerId: "w", taskTypes: [], lastSeenMs: NOW_MS - 10_000 },
    ],
    connections: () => [makeLink("linked", { openedAtMs: NOW_MS - 20_000 })],
  }));
  assert.deepEqual(rows.map((row) => row["peer_id"]), ["works", "linked", "found"]);
});

Deno.test("findPeerRow finds nobody who is not there", () => {
  assert.equal(findPeerRow(makeNeighbourhood(), "a"), undefined);
});
