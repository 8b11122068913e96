import assert from "node:assert/strict";
import { fromPeerKey, toPeerKey } from "../../../../../src/network/libp2p/kad/peer_key.ts";
import { createPeerId } from "../../discovery/create_peer_id.ts";

Deno.test("fromPeerKey reads what toPeerKey has written", () => {
  const peerId = createPeerId(1);
  assert.equal(new TextDecoder().decode(toPeerKey(peerId)), `/mcpp/peer/${peerId}`);
  assert.equal(fromPeerKey(toPeerKey(peerId)), peerId);
});

// docs/protocol.md, 8.6
Deno.test("fromPeerKey knows what is no key of a peer", () => {
  for (const text of ["", "/mcpp/peer/", "/mcpp/peer/a/b", "/pk/abc", "/mcpp/other/abc"]) {
    assert.equal(fromPeerKey(new TextEncoder().encode(text)), undefined, text);
  }
  assert.equal(fromPeerKey(toPeerKey("a".repeat(10_000))), undefined);
});
