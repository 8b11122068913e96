import assert from "node:assert/strict";
import { toPeerTarget } from "../../../src/app/to_peer_target.ts";

const ADDRESS = "/ip4/192.0.2.1/tcp/1";

Deno.test("toPeerTarget takes an address, an id, or an address of that id", () => {
  assert.deepEqual(toPeerTarget({ multiaddr: ADDRESS }), { multiaddr: ADDRESS });
  assert.deepEqual(toPeerTarget({ peerId: "a" }), { peerId: "a" });
  const own = { multiaddr: `${ADDRESS}/p2p/a` };
  assert.deepEqual(toPeerTarget({ ...own, peerId: "a" }), own);
});

Deno.test("toPeerTarget adds the id to an address that does not say whose it is", () => {
  const relayed = `${ADDRESS}/p2p/relay/p2p-circuit`;
  for (const multiaddr of [ADDRESS, relayed]) {
    assert.deepEqual(toPeerTarget({ multiaddr, peerId: "a" }), { multiaddr: `${multiaddr}/p2p/a` });
  }
});

Deno.test("toPeerTarget refuses an address that is another's", () => {
  for (const multiaddr of [`${ADDRESS}/p2p/b`, `${ADDRESS}/p2p/a/p2p-circuit/p2p/b`]) {
    assert.throws(() => toPeerTarget({ multiaddr, peerId: "a" }), { code: "target_mismatch" });
  }
});
