import { formatAge } from "../format_age.ts";
import { formatTable } from "../format_table.ts";
import type { ShownPeer } from "./shown_peer.ts";

/** Room for a table. */
export interface PeerTableOptions {
  /** Now, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** Characters on a line. @default {Infinity} */
  readonly columns?: number | undefined;
}

/** Peer ids differ in their last characters. */
const SHORT_ID = 8;

interface Column {
  readonly head: string;
  readonly cell: (peer: ShownPeer, nowMs: number) => string;
}

const COLUMNS: readonly Column[] = [
  { head: "NAME", cell: ({ name }) => name },
  { head: "FOUND BY", cell: ({ method }) => method },
  { head: "ADDRESS", cell: withoutPeerId },
  { head: "LINK", cell: formatLink },
  { head: "ROLES", cell: ({ roles, revoked }) => revoked ? "revoked" : roles.join("+") },
  { head: "TAKES", cell: formatTakes },
  { head: "SEEN", cell: formatSeen },
];

/**
 * Peers for a person, those that are connected first. Ids are whole if there is room for them;
 * otherwise their ends, by which commands know them too.
 *
 * @param peers The peers.
 * @param options The room.
 * @returns A line for each; columns in which there is nothing are left out.
 */
export function formatPeerTable(peers: readonly ShownPeer[], options: PeerTableOptions): string {
  const { nowMs, columns: width = Infinity } = options;
  const sorted = [...peers].sort(compare);
  const used = COLUMNS.filter(({ cell }) => sorted.some((peer) => cell(peer, nowMs) !== ""));
  const format = (toId: (peerId: string) => string): string =>
    formatTable(
      ["PEER", ...used.map(({ head }) => head)],
      sorted.map((peer) => [toId(peer["peer_id"]), ...used.map(({ cell }) => cell(peer, nowMs))]),
    );
  const table = format((peerId) => peerId);
  const hasRoom = table.split("\n").every((line) => [...line].length <= width);
  return hasRoom ? table : format((peerId) => `…${peerId.slice(-SHORT_ID)}`);
}

/** In an order that stays the same while they are only seen again. */
function compare(a: ShownPeer, b: ShownPeer): number {
  const rank = (peer: ShownPeer): number => peer.connected ? 0 : peer.alive ? 1 : 2;
  const isNameless = (peer: ShownPeer): number => peer.name === "" ? 1 : 0;
  return rank(a) - rank(b) || isNameless(a) - isNameless(b) || compareTexts(a.name, b.name) ||
    compareTexts(a["peer_id"], b["peer_id"]);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function withoutPeerId({ multiaddr, "peer_id": peerId }: ShownPeer): string {
  const end = `/p2p/${peerId}`;
  return multiaddr.endsWith(end) ? multiaddr.slice(0, -end.length) : multiaddr;
}

function formatLink({ connected, relayed }: ShownPeer): string {
  return !connected ? "-" : relayed ? "relayed" : "direct";
}

function formatTakes(peer: ShownPeer): string {
  if (peer["capabilities_error"] !== undefined) return "no answer";
  return peer.capabilities?.capabilities?.["task_types"].join(", ") ?? "";
}

function formatSeen({ connected, "last_seen": lastSeenS }: ShownPeer, nowMs: number): string {
  return connected ? "now" : `${formatAge(lastSeenS, nowMs)} ago`;
}
