import type { JsonObject } from "../../codec/mod.ts";
import type { KnownPeer, Neighbourhood, WorkingPeer } from "./neighbourhood.ts";

/** A peer as tools and resources show it. */
export interface PeerRow {
  /** Its id. */
  readonly "peer_id": string;
  /** Its best address; empty if none is known. */
  readonly multiaddr: string;
  /** All its addresses, best first. */
  readonly multiaddrs: readonly string[];
  /** How it was found; `contact` if it came by itself. */
  readonly method: string;
  /** Whether discovery has found it. */
  readonly discovered: boolean;
  /** Seconds since the epoch. */
  readonly "last_seen": number;
  /** Seconds since then. */
  readonly "age_s": number;
  /** Whether it was seen lately. */
  readonly alive: boolean;
  /** Its worker, if it has asked this node for work. */
  readonly "worker_id"?: string | undefined;
  /** Types that it asked for; empty for any. */
  readonly "supported_task_types"?: readonly string[] | undefined;
  /** What it can do, if asked for. */
  readonly capabilities?: JsonObject | undefined;
  /** Why it did not say. */
  readonly "capabilities_error"?: string | undefined;
}

/** A peer not seen for longer than this is listed as not alive. */
const ALIVE_MS = 120_000;
/** Method of peers that were not found but came by themselves. */
const CONTACT = "contact";

/**
 * Who was found and who came by itself.
 *
 * @param neighbourhood What the node knows.
 * @returns One row for each peer, newest first.
 */
export function listPeerRows(neighbourhood: Neighbourhood): readonly PeerRow[] {
  const nowMs = neighbourhood.now();
  const working = new Map(neighbourhood.workingPeers?.().map((peer) => [peer.peerId, peer]));
  const rows = neighbourhood.discoveredPeers().map((peer) => {
    const worker = working.get(peer.peerId);
    working.delete(peer.peerId);
    return toRow(peer, { nowMs, worker });
  });
  for (const worker of working.values()) {
    const { peerId, lastSeenMs } = worker;
    const peer = { peerId, multiaddrs: [], method: CONTACT, lastSeenMs };
    rows.push(toRow(peer, { nowMs, worker }));
  }
  return rows.sort((a, b) => b["last_seen"] - a["last_seen"]);
}

function toRow(
  peer: KnownPeer,
  { nowMs, worker }: { readonly nowMs: number; readonly worker: WorkingPeer | undefined },
): PeerRow {
  const lastSeenMs = Math.max(peer.lastSeenMs, worker?.lastSeenMs ?? 0);
  const ageMs = Math.max(0, nowMs - lastSeenMs);
  return {
    "peer_id": peer.peerId,
    multiaddr: peer.multiaddrs[0] ?? "",
    multiaddrs: [...peer.multiaddrs],
    method: peer.method,
    discovered: peer.method !== CONTACT,
    "last_seen": lastSeenMs / 1000,
    "age_s": ageMs / 1000,
    alive: ageMs <= ALIVE_MS,
    ...(worker !== undefined && {
      "worker_id": worker.workerId,
      "supported_task_types": [...worker.taskTypes],
    }),
  };
}
