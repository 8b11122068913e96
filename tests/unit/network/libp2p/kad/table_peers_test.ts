import assert from "node:assert/strict";
import { NotFoundError } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { multiaddr } from "@multiformats/multiaddr";
import type { TableComponents } from "../../../../../src/network/libp2p/kad/table_components.ts";
import { createTablePeers } from "../../../../../src/network/libp2p/kad/table_peers.ts";
import { createPeerId } from "../../discovery/create_peer_id.ts";

type PeerStore = TableComponents["peerStore"];
type PeerData = Parameters<PeerStore["merge"]>[1];

const PEER_ID = peerIdFromString(createPeerId(1));

/** As much of a peer store as a table uses. */
function createPeers(failure: Error): { readonly peers: PeerStore; readonly merged: PeerData[] } {
  const merged: PeerData[] = [];
  const store: Partial<PeerStore> = {
    get: () => Promise.reject(failure),
    merge: (id, data) => {
      merged.push(data);
      const unknown = { id, addresses: [], protocols: [], metadata: new Map(), tags: new Map() };
      return Promise.resolve(unknown);
    },
  };
  return { peers: createTablePeers(store as PeerStore), merged };
}

Deno.test("createTablePeers has no addresses of a peer that is no longer known", async () => {
  const { peers } = createPeers(new NotFoundError("It is gone"));
  const peer = await peers.get(PEER_ID);
  assert.ok(peer.id.equals(PEER_ID));
  assert.deepEqual(peer.addresses, []);
});

Deno.test("createTablePeers lets other errors through", async () => {
  const { peers } = createPeers(new TypeError("The store is broken"));
  await assert.rejects(peers.get(PEER_ID), TypeError);
});

Deno.test("createTablePeers has no peer dialled for ever", async () => {
  const { peers, merged } = createPeers(new Error("Not used"));
  const tags = { "kad-close": { value: 50 }, "keep-alive-kad-dht": { value: 1 } };
  await peers.merge(PEER_ID, { tags });
  await peers.merge(PEER_ID, { tags: new Map(Object.entries(tags)) });
  for (const data of merged) assert.deepEqual(Object.keys(data.tags ?? {}), ["kad-close"]);
});

Deno.test("createTablePeers takes a limited number of addresses", async () => {
  const { peers, merged } = createPeers(new Error("Not used"));
  const multiaddrs = Array.from({ length: 100 }, (_, index) => multiaddr(`/ip4/192.0.2.${index}`));
  await peers.merge(PEER_ID, { multiaddrs });
  assert.equal(merged[0]?.multiaddrs?.length, 16);
});
