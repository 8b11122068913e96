import type { Peer, PeerId } from "@libp2p/interface";
import { overlay } from "./overlay.ts";
import type { TableComponents } from "./table_components.ts";

type PeerStore = TableComponents["peerStore"];
type PeerData = Parameters<PeerStore["merge"]>[1];
type Tags = NonNullable<PeerData["tags"]>;

const MAX_ADDRESSES = 16;
/** libp2p dials peers with such a tag for ever, also those that were disconnected by hand. */
const KEEP_ALIVE = "keep-alive";

/**
 * What a node knows of peers, as its table sees it. The package fails on all questions about a key
 * when one of the peers under it is no longer known; here that peer merely has no addresses.
 */
export function createTablePeers(peers: PeerStore): PeerStore {
  return overlay(peers, {
    async get(peerId, options): Promise<Peer> {
      try {
        return await peers.get(peerId, options);
      } catch (error) {
        if (error instanceof Error && error.name === "NotFoundError") return createUnknown(peerId);
        throw error;
      }
    },
    merge: (peerId, data, options) => peers.merge(peerId, restrain(data), options),
  });
}

function createUnknown(id: PeerId): Peer {
  return { id, addresses: [], protocols: [], metadata: new Map(), tags: new Map() };
}

function restrain({ multiaddrs, tags, ...rest }: PeerData): PeerData {
  return {
    ...rest,
    ...(multiaddrs !== undefined && { multiaddrs: multiaddrs.slice(0, MAX_ADDRESSES) }),
    ...(tags !== undefined && { tags: withoutKeepAlive(tags) }),
  };
}

function withoutKeepAlive(tags: Tags): Tags {
  const entries = tags instanceof Map ? [...tags] : Object.entries(tags);
  return Object.fromEntries(entries.filter(([name]) => !name.startsWith(KEEP_ALIVE)));
}
