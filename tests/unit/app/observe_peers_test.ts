import assert from "node:assert/strict";
import { observePeers } from "../../../src/app/observe_peers.ts";
import type { PeerConnection } from "../../../src/network/mod.ts";
import { MetricsRegistry } from "../../../src/telemetry/mod.ts";

function connection(peerId: string, isRelayed: boolean): PeerConnection {
  const multiaddr = `/ip4/192.0.2.1/tcp/1/p2p/${peerId}`;
  return { peerId, multiaddr, isRelayed, direction: "inbound", openedAtMs: 1, streams: 0 };
}

Deno.test("observePeers counts peers by the way they were found, and connections by kind", async () => {
  const metrics = new MetricsRegistry();
  observePeers(metrics, {
    discoveryHealth: () => [
      { method: "mdns", reach: "lan", ok: true, failures: 0, peers: 2 },
      { method: "dht", reach: "wide", ok: false, failures: 1, peers: 0 },
    ],
    connections: () => [connection("a", false), connection("b", true), connection("c", false)],
  });
  const text = await metrics.expose();
  for (
    const line of [
      'mcpp_peers{method="mdns"} 2',
      'mcpp_peers{method="dht"} 0',
      'mcpp_connections{kind="direct"} 2',
      'mcpp_connections{kind="relayed"} 1',
    ]
  ) assert.ok(text.includes(`${line}\n`), text);
});
