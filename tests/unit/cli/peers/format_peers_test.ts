import assert from "node:assert/strict";
import { formatMethodTable } from "../../../../src/cli/peers/format_method_table.ts";
import { formatPeerTable } from "../../../../src/cli/peers/format_peer_table.ts";
import { formatPeers } from "../../../../src/cli/peers/format_peers.ts";
import { DESKTOP, LAPTOP, makeShownPeers, NOW_MS, STRANGER } from "./make_shown_peers.ts";

const cellsOf = (table: string) => table.split("\n").map((line) => line.split(/ {2,}/));

Deno.test("formatPeerTable shows each peer on a line, connected and named ones first", () => {
  const { peers } = makeShownPeers();
  const table = formatPeerTable(peers, { nowMs: NOW_MS });
  assert.deepEqual(cellsOf(table), [
    ["PEER", "NAME", "FOUND BY", "ADDRESS", "LINK", "ROLES", "SEEN"],
    [
      ...[LAPTOP, "laptop", "rendezvous", "/ip4/192.0.2.1/tcp/1/p2p/relay/p2p-circuit"],
      ...["relayed", "submit+work", "now"],
    ],
    [DESKTOP, "mdns", "/ip4/192.168.1.7/tcp/9710", "direct", "now"],
    [STRANGER, "contact", "-", "2m ago"],
  ]);
});

Deno.test("formatPeerTable leaves out columns in which there is nothing", () => {
  const peers = makeShownPeers().peers.filter((peer) => peer["peer_id"] !== LAPTOP);
  const [head] = cellsOf(formatPeerTable(peers, { nowMs: NOW_MS }));
  assert.deepEqual(head, ["PEER", "FOUND BY", "ADDRESS", "LINK", "SEEN"]);
});

Deno.test("formatPeerTable shows the ends of ids where there is no room for more", () => {
  const { peers } = makeShownPeers();
  const table = formatPeerTable(peers, { nowMs: NOW_MS, columns: 120 });
  assert.deepEqual(cellsOf(table).map(([id]) => id), [
    ...["PEER", "…Zlaptop1", "…desktop2", "…stranger"],
  ]);
});

Deno.test("formatPeerTable shows who is revoked, and what peers take or that they do not say", () => {
  const [first, second, third] = makeShownPeers().peers;
  assert.ok(first && second && third);
  const capabilities = { capabilities: { "task_types": ["echo", "text"], models: [] } };
  const table = formatPeerTable([
    { ...first, revoked: true },
    { ...second, capabilities },
    { ...third, "capabilities_error": "refused" },
  ], { nowMs: NOW_MS });
  const [, laptop, desktop, stranger] = table.split("\n");
  assert.match(laptop ?? "", /submit\+work {2}no answer/);
  assert.match(desktop ?? "", /echo, text/);
  assert.match(stranger ?? "", /revoked/);
});

Deno.test("formatMethodTable shows how each method does, and why one fails", () => {
  assert.deepEqual(cellsOf(formatMethodTable(makeShownPeers().methods, NOW_MS)), [
    ["METHOD", "STATE", "PEERS", "LAST ROUND"],
    ["mdns", "ok", "1", "5s ago"],
    ["rendezvous", "failing", "1", "2 failed, ok 5m ago", "nobody answers"],
    ["dht", "starting", "0"],
  ]);
});

Deno.test("formatPeers says who this node is, and what to do if there is nobody", () => {
  const shown = makeShownPeers();
  const text = formatPeers({ ...shown, peers: [] }, { nowMs: NOW_MS });
  const blocks = text.split("\n\n");
  assert.equal(blocks.length, 3);
  assert.match(blocks[0] ?? "", /^This node: 12D3KooWsss.*\n +port 9710, cannot be reached/);
  assert.match(blocks[1] ?? "", /mcpp peers discover.*mcpp invite/);
  assert.match(formatPeers(shown, { nowMs: NOW_MS }), /laptop/);
});
