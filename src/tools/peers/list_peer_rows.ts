import type { JsonObject } from "../../codec/mod.ts";
import type { KnownPeer, Neighbourhood, PeerLink, WorkingPeer } from "./neighbourhood.ts";

/** A peer as tools and resources show it. */
export interface PeerRow {
  /** Its id. */
  readonly "peer_id": string;
  /** Its best address; empty if none is known. */
  readonly multiaddr: string;
  /** All its addresses, best first. */
  readonly multiaddrs: readonly string[];
  /** How it was found, the nearest way if there are several; `contact` if it came by itself. */
  readonly method: string;
  /** All ways by which it was found, nearest first. */
  readonly methods: readonly string[];
  /** Whether discovery has found it. */
  readonly discovered: boolean;
  /** Whether there is a connection to it. */
  readonly connected: boolean;
  /** Whether all connections to it go through a relay; absent without a connection. */
  readonly relayed?: boolean | undefined;
  /** Seconds since the epoch. */
  readonly "last_seen": number;
  /** Seconds since then. */
  readonly "age_s": number;
  /** Whether it is connected or was seen lately. */
  readonly alive: boolean;
  /** Its worker, if it has asked this node for work. */
  readonly "worker_id"?: string | undefined;
  /** Types that it asked for; empty for any. */
  readonly "supported_task_types"?: readonly string[] | undefined;
  /** What this node's owner calls it. */
  readonly name?: string | undefined;
  /** What this node's owner lets it do. */
  readonly roles?: readonly string[] | undefined;
  /** Whether this node's owner trusts it no more. */
  readonly revoked?: boolean | undefined;
  /** What it can do, if asked for. */
  readonly capabilities?: JsonObject | undefined;
  /** Why it did not say. */
  readonly "capabilities_error"?: string | undefined;
}

/** A peer not seen for longer than this is listed as not alive. */
const ALIVE_MS = 120_000;
/** Method of peers that were not found but came by themselves. */
const CONTACT = "contact";

/** All that is known about a peer. */
interface PeerFacts {
  found?: KnownPeer;
  worker?: WorkingPeer;
  readonly links: PeerLink[];
}

/**
 * Who was found, who came by itself, and who is connected.
 *
 * @param neighbourhood What the node knows.
 * @returns One row for each peer, newest first.
 */
export function listPeerRows(neighbourhood: Neighbourhood): readonly PeerRow[] {
  const facts = new Map<string, PeerFacts>();
  const of = (peerId: string): PeerFacts => {
    const known = facts.get(peerId) ?? { links: [] };
    facts.set(peerId, known);
    return known;
  };
  for (const peer of neighbourhood.discoveredPeers()) of(peer.peerId).found = peer;
  for (const peer of neighbourhood.workingPeers?.() ?? []) of(peer.peerId).worker = peer;
  for (const link of neighbourhood.connections?.() ?? []) of(link.peerId).links.push(link);
  return [...facts]
    .map(([peerId, known]) => toRow(neighbourhood, peerId, known))
    .sort((a, b) => b["last_seen"] - a["last_seen"]);
}

/**
 * One peer.
 *
 * @param neighbourhood What the node knows.
 * @param peerId The peer.
 * @returns Its row; `undefined` if nothing is known about it.
 */
export function findPeerRow(neighbourhood: Neighbourhood, peerId: string): PeerRow | undefined {
  return listPeerRows(neighbourhood).find((row) => row["peer_id"] === peerId);
}

function toRow(neighbourhood: Neighbourhood, peerId: string, facts: PeerFacts): PeerRow {
  const { found, worker, links } = facts;
  const lastSeenMs = Math.max(
    found?.lastSeenMs ?? 0,
    worker?.lastSeenMs ?? 0,
    ...links.map(({ openedAtMs }) => openedAtMs),
  );
  const ageMs = Math.max(0, neighbourhood.now() - lastSeenMs);
  const multiaddrs = found?.multiaddrs ?? dialledAddresses(links);
  const method = found?.method ?? CONTACT;
  const connected = links.length > 0;
  return {
    "peer_id": peerId,
    multiaddr: multiaddrs[0] ?? "",
    multiaddrs: [...multiaddrs],
    method,
    methods: [...found?.methods ?? [method]],
    discovered: found !== undefined,
    connected,
    ...(connected && { relayed: links.every(({ isRelayed }) => isRelayed) }),
    "last_seen": lastSeenMs / 1000,
    "age_s": ageMs / 1000,
    alive: connected || ageMs <= ALIVE_MS,
    ...(worker !== undefined && {
      "worker_id": worker.workerId,
      "supported_task_types": [...worker.taskTypes],
    }),
    ...toTrustFields(neighbourhood, peerId),
  };
}

/** Where a connection comes from that the peer has made is not where it can be dialled. */
function dialledAddresses(links: readonly PeerLink[]): readonly string[] {
  const outbound = links.filter(({ direction }) => direction === "outbound");
  return [...new Set(outbound.map(({ multiaddr }) => multiaddr))];
}

function toTrustFields(
  { trustOf }: Neighbourhood,
  peerId: string,
): Pick<PeerRow, "name" | "roles" | "revoked"> {
  const trust = trustOf?.(peerId);
  if (trust === undefined) return {};
  const { name, roles, isRevoked } = trust;
  return {
    ...(name !== undefined && { name }),
    roles: [...roles],
    ...(isRevoked && { revoked: true }),
  };
}
