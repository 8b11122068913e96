import { type ShownPeers, shownPeersSchema } from "../../../../src/cli/peers/shown_peer.ts";

/** Now, in these tests. */
export const NOW_MS = 1_000_000;
/** Peer ids as long as real ones. */
export const LAPTOP = `12D3KooW${"a".repeat(36)}Zlaptop1`;
/** Another. */
export const DESKTOP = `12D3KooW${"b".repeat(36)}desktop2`;
/** A third one. */
export const STRANGER = `12D3KooW${"c".repeat(36)}stranger`;

/** What a node might know. */
export const RESULT = {
  ok: true,
  "self_peer_id": `12D3KooW${"s".repeat(44)}`,
  "listen_port": 9710,
  reachability: { status: "private", addresses: [] },
  count: 3,
  peers: [
    {
      "peer_id": STRANGER,
      multiaddr: "",
      multiaddrs: [],
      method: "contact",
      "last_seen": 880,
      "age_s": 120,
      alive: true,
      connected: false,
    },
    {
      "peer_id": DESKTOP,
      multiaddr: `/ip4/192.168.1.7/tcp/9710/p2p/${DESKTOP}`,
      multiaddrs: [`/ip4/192.168.1.7/tcp/9710/p2p/${DESKTOP}`],
      method: "mdns",
      methods: ["mdns"],
      "last_seen": 999,
      alive: true,
      connected: true,
      relayed: false,
    },
    {
      "peer_id": LAPTOP,
      name: "laptop",
      multiaddr: `/ip4/192.0.2.1/tcp/1/p2p/relay/p2p-circuit/p2p/${LAPTOP}`,
      method: "rendezvous",
      methods: ["rendezvous", "known"],
      "last_seen": 998,
      alive: true,
      connected: true,
      relayed: true,
      roles: ["submit", "work"],
    },
  ],
  methods: [
    { method: "mdns", reach: "lan", ok: true, failures: 0, "last_success": 995, peers: 1 },
    {
      ...{ method: "rendezvous", reach: "wide", ok: false, reason: "nobody answers" },
      ...{ failures: 2, "last_success": 700, peers: 1 },
    },
    { method: "dht", reach: "wide", failures: 0, peers: 0 },
  ],
};

/** The same, as commands read it. */
export function makeShownPeers(): ShownPeers {
  return shownPeersSchema.parse(RESULT);
}
