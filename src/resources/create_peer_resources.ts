import { type Clock, systemClock } from "../concurrency/mod.ts";
import type { JsonValue } from "../codec/mod.ts";
import type {
  ResourceDefinition,
  ResourcePage,
  ResourceProvider,
  WatchResourceOptions,
} from "../mcp/mod.ts";
import { findPeerRow, listPeerRows, type Neighbourhood, type PeerRow } from "../tools/mod.ts";
import { createUriForm } from "./resource_uri.ts";
import { JSON_TYPE, toJsonContent } from "./to_json_content.ts";

/** What {@linkcode createPeerResources} needs. */
export interface PeerResourcesDeps {
  /** The node's view of its neighbours. */
  readonly neighbourhood: Neighbourhood;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

const form = createUriForm("peer://");

/** Peers on a page of the list. */
const PAGE_PEERS = 100;

/** Who watches a peer is told of changes after at most this time. */
const LOOK_MS = 2_000;

/**
 * The peers around a node as resources: `peer://{id}`, JSON as in the result of `list_peers`. A client
 * that watches one is told when it comes or goes, is connected, has other addresses, or takes other tasks.
 *
 * @param deps The neighbours.
 * @returns The provider, for a server. It needs the scope `peers:read`.
 */
export function createPeerResources(
  { neighbourhood, clock = systemClock }: PeerResourcesDeps,
): ResourceProvider {
  const find = (id: string): PeerRow | undefined => findPeerRow(neighbourhood, id);
  return {
    scope: "peers:read",
    templates: [{
      uriTemplate: form.template,
      name: "peer",
      title: "Peer",
      description:
        "A peer on the network: its addresses, whether it is connected, when it was seen, " +
        "which tasks it takes.",
      mimeType: JSON_TYPE,
    }],
    list: ({ cursor }) => Promise.resolve(listPeers(neighbourhood, cursor)),

    read(uri) {
      const id = form.idOf(uri);
      const row = id === undefined ? undefined : find(id);
      // A row is made of JSON, but its type has optional members.
      return Promise.resolve(row && toJsonContent(uri, row as unknown as JsonValue));
    },

    watch(uri, options) {
      const id = form.idOf(uri);
      return id === undefined ? undefined : watchRow(() => find(id), { ...options, clock });
    },

    complete: (_template, { value }) =>
      Promise.resolve(
        listPeerRows(neighbourhood).map((row) => row["peer_id"])
          .filter((peerId) => peerId.startsWith(value)),
      ),
  };
}

/** By id, so that a page follows the one before whoever has been seen meanwhile. */
function listPeers(neighbourhood: Neighbourhood, after = ""): ResourcePage {
  const rows = listPeerRows(neighbourhood)
    .filter((row) => row["peer_id"] > after)
    .sort((a, b) => a["peer_id"] < b["peer_id"] ? -1 : 1);
  const page = rows.slice(0, PAGE_PEERS);
  return {
    resources: page.map(toDefinition),
    nextCursor: page.length < rows.length ? page.at(-1)?.["peer_id"] : undefined,
  };
}

function toDefinition(row: PeerRow): ResourceDefinition {
  const types = row["supported_task_types"];
  return {
    uri: form.toUri(row["peer_id"]),
    name: row["peer_id"],
    title: `Peer ${row.name ?? row["peer_id"].slice(-8)}`,
    description: describeState(row) +
      (types === undefined ? "" : `; takes ${types.join(", ") || "any type"}`),
    mimeType: JSON_TYPE,
  };
}

function describeState({ connected, relayed, alive, method }: PeerRow): string {
  if (!connected) return `${alive ? "Seen lately" : "Not seen lately"}, by ${method}`;
  return `Connected ${relayed ? "through a relay" : "directly"}, found by ${method}`;
}

/** Nobody tells of peers, but a look costs next to nothing. */
async function watchRow(
  look: () => PeerRow | undefined,
  { onChange, signal, clock }: WatchResourceOptions & { readonly clock: Clock },
): Promise<void> {
  let known = describe(look());
  while (!signal.aborted) {
    await clock.sleep(LOOK_MS, { signal }).catch(() => {});
    if (signal.aborted) return;
    const now = describe(look());
    if (now !== known) onChange();
    known = now;
  }
}

/** When it was seen last is no change. */
function describe(row: PeerRow | undefined): string {
  if (row === undefined) return "none";
  const { "last_seen": _seen, "age_s": _age, ...rest } = row;
  return JSON.stringify(rest);
}
