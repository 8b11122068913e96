import type {
  KnownPeer,
  LookReport,
  MethodHealth,
  Neighbourhood,
  NeighbourhoodControl,
  PeerLink,
} from "../../../../src/tools/mod.ts";

/** The time in all these neighbourhoods. */
export const NOW_MS = 200_000;

/** A neighbourhood with nobody in it but those that are given. */
export function makeNeighbourhood(members: Partial<Neighbourhood> = {}): Neighbourhood {
  return {
    selfPeerId: "self",
    listenPort: 9710,
    startedAtMs: 1_000,
    discoveredPeers: () => [],
    now: () => NOW_MS,
    ...members,
  };
}

/** A peer that mDNS has found a second ago. */
export function makePeer(peerId: string, members: Partial<KnownPeer> = {}): KnownPeer {
  const multiaddrs = [`/ip4/192.0.2.1/tcp/1/p2p/${peerId}`];
  return { peerId, multiaddrs, method: "mdns", lastSeenMs: NOW_MS - 1_000, ...members };
}

/** A direct connection that this node has made. */
export function makeLink(peerId: string, members: Partial<PeerLink> = {}): PeerLink {
  return {
    peerId,
    multiaddr: `/ip4/192.0.2.1/tcp/1/p2p/${peerId}`,
    isRelayed: false,
    direction: "outbound",
    openedAtMs: 150_000,
    streams: 2,
    ...members,
  };
}

/** A method whose last round ended well a minute ago. */
export function makeMethod(method: string, members: Partial<MethodHealth> = {}): MethodHealth {
  const lastSuccessMs = NOW_MS - 60_000;
  return { method, reach: "lan", ok: true, failures: 0, lastSuccessMs, peers: 0, ...members };
}

/** A round that found nobody. */
export function makeReport(method: string, members: Partial<LookReport> = {}): LookReport {
  return { method, ok: true, peerIds: [], durationMs: 12, ...members };
}

/** Does nothing but what is given. */
export function makeControl(members: Partial<NeighbourhoodControl>): NeighbourhoodControl {
  const unexpected = () => Promise.reject(new Error("Not expected"));
  return { discover: unexpected, connect: unexpected, disconnect: unexpected, ...members };
}
