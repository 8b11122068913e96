import { z } from "zod";
import type { JsonObject } from "../../../codec/mod.ts";
import { formatAge } from "../../format_age.ts";
import { formatPairs } from "../../format_pairs.ts";
import { formatSeconds } from "../format_method_table.ts";
import { capabilitiesSchema, type ShownPeer, shownPeerSchema } from "../shown_peer.ts";

const linkSchema = z.looseObject({
  multiaddr: z.string().default(""),
  direction: z.string().default(""),
  relayed: z.boolean().default(false),
  "opened_at": z.number().default(0),
  streams: z.number().default(0),
});

const statusSchema = z.looseObject({
  peer: shownPeerSchema.optional(),
  connections: z.array(linkSchema).default([]),
  answered: z.boolean().default(false),
  "answered_in_s": z.number().default(0),
  status: capabilitiesSchema.optional(),
  error: z.string().default(""),
  code: z.string().default(""),
});

type Pair = readonly [name: string, value: string | undefined];

/**
 * All about a peer, for a person.
 *
 * @param result What `peer_status` returned.
 * @param nowMs Now, in milliseconds since the epoch.
 * @returns One line for each thing that is known.
 */
export function describePeerStatus(result: JsonObject, nowMs: number): string {
  const shown = statusSchema.parse(result);
  return formatPairs([
    ...shown.peer === undefined ? [] : describePeer(shown.peer, nowMs),
    ...shown.connections.map((link, n): Pair => [
      n === 0 ? "Connected" : "and",
      describeLink(link, nowMs),
    ]),
    ["Answers", describeAnswer(shown)],
    ...describeCapabilities(shown.status),
  ]);
}

function describePeer(peer: ShownPeer, nowMs: number): readonly Pair[] {
  const seenS = peer["last_seen"];
  return [
    ["Peer", peer["peer_id"]],
    ["Name", peer.name],
    ["Roles", peer.revoked ? "none, revoked" : peer.roles.join(", ")],
    ["Found by", peer.methods.join(", ")],
    ...peer.multiaddrs.map((address, n): Pair => [n === 0 ? "Addresses" : "or", address]),
    ["Seen", peer.connected || seenS === 0 ? undefined : `${formatAge(seenS, nowMs)} ago`],
    ["Worker", peer["worker_id"]],
  ];
}

function describeLink(link: z.infer<typeof linkSchema>, nowMs: number): string {
  const way = link.relayed ? "through a relay" : "directly";
  const from = link.direction === "inbound" ? "from" : "to";
  const since = `for ${formatAge(link["opened_at"], nowMs)}`;
  const streams = `${link.streams} ${link.streams === 1 ? "stream" : "streams"}`;
  return `${way}, ${from} ${link.multiaddr}, ${since}, ${streams}`;
}

function describeAnswer(shown: z.infer<typeof statusSchema>): string {
  if (shown.answered) return `in ${formatSeconds(shown["answered_in_s"])}`;
  return `no: ${shown.error}${shown.code === "" ? "" : ` [${shown.code}]`}`;
}

function describeCapabilities(
  status: z.infer<typeof capabilitiesSchema> | undefined,
): readonly Pair[] {
  const { "task_types": types = [], models = [] } = status?.capabilities ?? {};
  return [
    ["Takes", status === undefined ? undefined : types.join(", ") || "no tasks itself"],
    ["Models", models.join(", ")],
  ];
}
