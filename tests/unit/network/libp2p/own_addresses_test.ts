import assert from "node:assert/strict";
import { OwnAddresses } from "../../../../src/network/libp2p/own_addresses.ts";
import { createPeerId } from "../discovery/create_peer_id.ts";

const [SELF, RELAY] = [createPeerId(2), createPeerId(3)];
const LAN = "/ip4/192.168.1.2/tcp/9710";
const PUBLIC = "/ip4/8.8.8.8/tcp/9710";
const OBSERVED = "/ip4/9.9.9.9/tcp/9710";

function create(listening: readonly string[], configured: readonly string[] = []): OwnAddresses {
  const addresses = new OwnAddresses(SELF, configured);
  addresses.attach({ listening: () => listening });
  return addresses;
}

function shown(addresses: OwnAddresses): readonly string[] {
  return addresses.announced([]).map(String);
}

function withSelf(...addresses: readonly string[]): readonly string[] {
  return addresses.map((address) => `${address}/p2p/${SELF}`);
}

Deno.test("OwnAddresses tells public addresses that nobody has dialled yet", () => {
  const addresses = create([LAN, PUBLIC]);
  assert.deepEqual(shown(addresses), withSelf(LAN, PUBLIC));
  assert.deepEqual(addresses.list().map(({ kind, isVerified }) => [kind, isVerified]), [
    ["listen", false],
    ["listen", false],
  ]);
});

Deno.test("OwnAddresses tells no address that others could not dial, until that is forgotten", () => {
  const addresses = create([LAN, PUBLIC]);
  assert.equal(addresses.judge(PUBLIC, false), true);
  assert.deepEqual(shown(addresses), withSelf(LAN));
  assert.equal(addresses.judge(PUBLIC, false), false);
  assert.equal(addresses.judge(PUBLIC, undefined), true);
  assert.deepEqual(shown(addresses), withSelf(LAN, PUBLIC));
});

Deno.test("OwnAddresses tells an address that others could dial, and lists it first", () => {
  const addresses = create([LAN]);
  assert.equal(addresses.judge(OBSERVED, true), true);
  assert.deepEqual(addresses.list(), [
    { multiaddr: `${OBSERVED}/p2p/${SELF}`, kind: "observed", isVerified: true },
    { multiaddr: `${LAN}/p2p/${SELF}`, kind: "listen", isVerified: false },
  ]);
});

Deno.test("OwnAddresses tells what was configured, whatever others say, and once", () => {
  const addresses = create([LAN], [`${PUBLIC}/p2p/${SELF}`]);
  assert.deepEqual(addresses.configured, [PUBLIC]);
  addresses.judge(PUBLIC, false);
  assert.deepEqual(shown(addresses), withSelf(LAN, PUBLIC));
  addresses.judge(PUBLIC, true);
  assert.deepEqual(addresses.list()[0], {
    multiaddr: `${PUBLIC}/p2p/${SELF}`,
    kind: "configured",
    isVerified: true,
  });
});

Deno.test("OwnAddresses tells the useful ones of a relay's addresses", () => {
  const at = (address: string): string => `${address}/p2p/${RELAY}/p2p-circuit`;
  const loopback = "/ip4/127.0.0.1/tcp/9710";
  const many = [1, 2, 3, 4].map((n) => `/ip4/8.8.8.${n}/tcp/9710`);
  const far = create([LAN, ...[loopback, LAN, ...many].map(at)]);
  assert.deepEqual(shown(far), withSelf(LAN, ...many.slice(0, 3).map(at)));
  assert.deepEqual(far.listening(), [LAN]);
  assert.deepEqual(far.list()[0]?.kind, "relay");
  // A relay on the same host.
  assert.deepEqual(shown(create([at(loopback)])), withSelf(at(loopback)));
});

Deno.test("OwnAddresses leaves it to libp2p as long as nothing listens", () => {
  assert.deepEqual(new OwnAddresses(SELF).announced([]), []);
});
