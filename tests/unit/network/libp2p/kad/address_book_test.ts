import assert from "node:assert/strict";
import { peerIdFromString } from "@libp2p/peer-id";
import { multiaddr } from "@multiformats/multiaddr";
import { AddressBook } from "../../../../../src/network/libp2p/kad/address_book.ts";
import { createPeerId } from "../../discovery/create_peer_id.ts";

function createPeer(seed: number, addresses: readonly string[]): Parameters<AddressBook["add"]>[0] {
  return { id: peerIdFromString(createPeerId(seed)), multiaddrs: addresses.map(multiaddr) };
}

Deno.test("AddressBook says where a peer is, and that nobody else will do there", () => {
  const book = new AddressBook();
  const peerId = createPeerId(1);
  book.add(createPeer(1, ["/ip4/192.0.2.1/tcp/1", `/ip4/192.0.2.1/tcp/2/p2p/${peerId}`]));
  assert.deepEqual(book.get(peerId).map(String), [
    `/ip4/192.0.2.1/tcp/1/p2p/${peerId}`,
    `/ip4/192.0.2.1/tcp/2/p2p/${peerId}`,
  ]);
  assert.deepEqual(book.get(createPeerId(2)), []);
});

Deno.test("AddressBook keeps what was said last", () => {
  const book = new AddressBook();
  book.add(createPeer(1, ["/ip4/192.0.2.1/tcp/1"]));
  book.add(createPeer(1, ["/ip4/192.0.2.2/tcp/2"]));
  assert.match(String(book.get(createPeerId(1))), /192\.0\.2\.2/);
  book.add(createPeer(1, []));
  assert.equal(book.size, 0);
});

Deno.test("AddressBook is bounded, in peers and in addresses of each", () => {
  const book = new AddressBook();
  const many = Array.from({ length: 1_000 }, (_, index) => `/ip4/192.0.2.1/tcp/${index + 1}`);
  book.add(createPeer(1, many));
  assert.equal(book.get(createPeerId(1)).length, 16);
  for (let seed = 2; seed < 2_000; seed++) book.add(createPeer(seed, ["/ip4/192.0.2.1/tcp/1"]));
  assert.equal(book.size, 1024);
  assert.equal(book.get(createPeerId(1)).length, 0);
});
