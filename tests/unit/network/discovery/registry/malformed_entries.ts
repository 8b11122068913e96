import { createPeerId } from "../create_peer_id.ts";

const PEER_ID = createPeerId(99);
const GOOD = {
  "peer_id": PEER_ID,
  "runner_name": "hostile",
  "public_ip": "192.168.1.99",
  "listen_port": 9710,
  "multiaddr": `/ip4/192.168.1.99/tcp/9710/p2p/${PEER_ID}`,
  "last_seen": new Date().toISOString().slice(0, 23),
  "metadata": {},
};

/** What somebody might leave where entries are: none of it is a peer. */
export function malformedEntries(): readonly string[] {
  const wrong = [
    { "peer_id": undefined },
    { "peer_id": 7 },
    { "peer_id": "../../etc/passwd" },
    { "peer_id": `${PEER_ID}\u202e` },
    { "peer_id": "1".repeat(2000) },
    { "multiaddr": undefined },
    { "multiaddr": "" },
    { "multiaddr": "example.org:9710" },
    { "multiaddr": `/ip4/192.168.1.99/tcp/9710/p2p/${createPeerId(98)}` },
    { "multiaddr": `/ip4/192.168.1.99/tcp/9710\n/p2p/${PEER_ID}` },
    { "multiaddr": `/dns4/${"x".repeat(600)}/tcp/9710/p2p/${PEER_ID}` },
    { "last_seen": undefined },
    { "last_seen": 1_700_000_000 },
    { "last_seen": "yesterday" },
    { "runner_name": null },
    { "multiaddr": ["/ip4/192.168.1.99/tcp/9710"] },
    { "multiaddr": "", "metadata": { multiaddrs: [1, null, {}, [], "x"] } },
    { "metadata": { padding: "x".repeat(20_000) } },
  ];
  return [
    ...wrong.map((members) => JSON.stringify({ ...GOOD, ...members })),
    "",
    "null",
    "[]",
    "{",
    "\u0000",
    `${"[".repeat(1000)}${"]".repeat(1000)}`,
  ];
}
