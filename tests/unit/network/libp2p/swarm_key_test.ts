import assert from "node:assert/strict";
import { openLibp2pNetwork } from "../../../../src/network/libp2p/mod.ts";
import { protectBySwarmKey } from "../../../../src/network/libp2p/swarm_key.ts";
import { SwarmKeyInvalidError } from "../../../../src/network/mod.ts";

/** libp2p leaves timers and a BroadcastChannel behind. */
const realNode = { sanitizeOps: false, sanitizeResources: false };
const LOOPBACK = ["/ip4/127.0.0.1/tcp/0"];
const GIVE_UP_MS = 500;
const HEX = "0123456789abcdef".repeat(4);

function keyFile(...lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(lines.join("\n"));
}

function swarmKey(hex = HEX): Uint8Array {
  return keyFile("/key/swarm/psk/1.0.0/", "/base16/", hex);
}

Deno.test("protectBySwarmKey takes keys in the forms that other programs write", () => {
  const base64 = Uint8Array.fromHex(HEX).toBase64();
  for (
    const file of [
      swarmKey(),
      swarmKey(`${HEX.toUpperCase()}\n`),
      keyFile("/key/swarm/psk/1.0.0/\r", "/base16/\r", HEX, "", ""),
      keyFile("/key/swarm/psk/1.0.0/", "/base64/", base64),
    ]
  ) {
    assert.ok(protectBySwarmKey(file).connectionProtector);
  }
});

Deno.test("protectBySwarmKey says what is wrong with a key, and never the key", () => {
  const cases = [
    [keyFile(HEX), /first line is not/],
    [keyFile(""), /first line is not/],
    [keyFile("/key/swarm/psk/1.0.0/", HEX), /second line is neither/],
    [keyFile("/key/swarm/psk/1.0.0/", "/base16/", HEX.slice(2)), /has 31 bytes in place of 32/],
    [keyFile("/key/swarm/psk/1.0.0/", "/base16/", `${HEX}00`), /has 33 bytes/],
    [keyFile("/key/swarm/psk/1.0.0/", "/base16/", HEX.replace("0", "x")), /is not in base16/],
    [keyFile("/key/swarm/psk/1.0.0/", "/base16/"), /has 0 bytes/],
  ] as const;
  for (const [file, reason] of cases) {
    assert.throws(() => protectBySwarmKey(file), (error) => {
      assert.ok(error instanceof SwarmKeyInvalidError, String(error));
      assert.match(error.message, reason);
      assert.doesNotMatch(`${error.message} ${error.hint} ${error.cause}`, /23456789abcdef/);
      return true;
    });
  }
});

Deno.test(
  "openLibp2pNetwork with a swarm key lets in who has the same one, and nobody else",
  realNode,
  async () => {
    await using alice = await openLibp2pNetwork({ listen: LOOPBACK, swarmKey: swarmKey() });
    const [multiaddr = ""] = alice.multiaddrs();
    await using bob = await openLibp2pNetwork({ swarmKey: swarmKey() });
    assert.equal((await bob.connect({ multiaddr })).peerId, alice.peerId);
    const other = swarmKey("f".repeat(64));
    await using stranger = await openLibp2pNetwork({ swarmKey: other });
    await using open = await openLibp2pNetwork();
    for (const network of [stranger, open]) {
      // What the other side cannot decrypt may look like a frame that has only begun.
      const signal = AbortSignal.timeout(GIVE_UP_MS);
      await assert.rejects(network.connect({ multiaddr }, { signal }));
    }
    assert.deepEqual(alice.connections().map(({ peerId }) => peerId), [bob.peerId]);
  },
);

Deno.test("openLibp2pNetwork refuses a malformed swarm key before it listens", async () => {
  await assert.rejects(openLibp2pNetwork({ swarmKey: keyFile(HEX) }), SwarmKeyInvalidError);
});
