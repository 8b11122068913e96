import assert from "node:assert/strict";
import type { MultiaddrConnection, PeerId } from "@libp2p/interface";
import { multiaddr } from "@multiformats/multiaddr";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { createConnectionGater } from "../../../../src/network/libp2p/connection_gater.ts";
import { BandwidthLimit } from "../../../../src/network/libp2p/guard/bandwidth_limit.ts";
import { ConnectionLimits } from "../../../../src/network/libp2p/guard/connection_limits.ts";
import type { Refusal } from "../../../../src/network/mod.ts";
import { PeerConduct } from "../../../../src/network/conduct/peer_conduct.ts";

const HOST = "192.0.2.1";

function peer(name: string): PeerId {
  return { toString: () => name } as PeerId;
}

function connectionFrom(host: string): MultiaddrConnection {
  const connection = Object.assign(new EventTarget(), {
    remoteAddr: multiaddr(`/ip4/${host}/tcp/9`),
  });
  return connection as unknown as MultiaddrConnection;
}

function createFixture() {
  const clock = new FakeClock();
  const refusals: Refusal[] = [];
  const policy = {
    refusalOf: (peerId: string) => peerId === "judas" ? "revoked" : undefined,
    isTrusted: (peerId: string) => peerId === "friend",
  };
  const conduct = new PeerConduct({
    policy,
    onRefusal: (refusal) => void refusals.push(refusal),
    clock,
  });
  const limits = new ConnectionLimits(clock);
  const bandwidth = new BandwidthLimit({ isTrusted: policy.isTrusted, clock });
  const full = Array.from(
    { length: 512 },
    (_, index) => ({ peerId: `${index}`, host: `${index}` }),
  );
  const open = { connections: full.slice(0, 1) };
  const gater = createConnectionGater({
    ...{ conduct, limits, bandwidth },
    untrustedConnections: () => open.connections,
  });
  return { gater, limits, conduct, refusals, open, full };
}

Deno.test("createConnectionGater refuses a revoked and a banned peer, both ways", () => {
  const { gater, conduct, refusals } = createFixture();
  for (let count = 0; count < 10; count++) conduct.noteOffence("mallory", "malformed");
  for (const [name, reason] of [["judas", "revoked"], ["mallory", "banned"]] as const) {
    assert.equal(gater.denyDialPeer?.(peer(name)), true);
    assert.equal(gater.denyOutboundEncryptedConnection?.(peer(name), connectionFrom(HOST)), true);
    assert.equal(gater.denyInboundEncryptedConnection?.(peer(name), connectionFrom(HOST)), true);
    assert.deepEqual(refusals.splice(0), [
      { peerId: name, host: HOST, reason, subject: "connection" },
    ]);
    assert.equal(gater.denyInboundRelayReservation?.(peer(name)), true);
    assert.equal(gater.denyInboundRelayedConnection?.(peer("relay"), peer(name)), true);
    assert.deepEqual(refusals.splice(0), [
      { peerId: name, host: undefined, reason, subject: "connection" },
    ]);
    assert.equal(gater.denyOutboundRelayedConnection?.(peer(name), peer("x")), true);
    assert.equal(gater.denyOutboundRelayedConnection?.(peer("x"), peer(name)), true);
  }
  assert.equal(gater.denyInboundEncryptedConnection?.(peer("x"), connectionFrom(HOST)), false);
});

Deno.test("createConnectionGater refuses a peer that was banned or revoked since the handshake", () => {
  const { gater, conduct, refusals } = createFixture();
  const mallory = peer("mallory");
  assert.equal(gater.denyInboundEncryptedConnection?.(mallory, connectionFrom(HOST)), false);
  for (let count = 0; count < 10; count++) conduct.noteOffence("mallory", "malformed");
  for (const [name, reason] of [["judas", "revoked"], ["mallory", "banned"]] as const) {
    assert.equal(gater.denyInboundUpgradedConnection?.(peer(name), connectionFrom(HOST)), true);
    assert.equal(refusals.pop()?.reason, reason);
    assert.equal(gater.denyOutboundUpgradedConnection?.(peer(name), connectionFrom(HOST)), true);
  }
});

Deno.test("createConnectionGater refuses a host that connects too fast, before any handshake", () => {
  const { gater, refusals } = createFixture();
  const begin = (host: string): unknown => {
    const connection = connectionFrom(host);
    const isDenied = gater.denyInboundConnection?.(connection);
    gater.denyInboundUpgradedConnection?.(peer("x"), connection);
    return isDenied;
  };
  for (let count = 0; count < 256; count++) assert.equal(begin(HOST), false);
  assert.equal(begin(HOST), true);
  assert.equal(begin("192.0.2.2"), false);
  const refusal = { peerId: "", host: HOST, reason: "too_many_attempts", subject: "connection" };
  assert.deepEqual(refusals, [refusal]);
});

Deno.test("createConnectionGater refuses new peers from a host of banned ones, but no trusted one", () => {
  const { gater, limits, refusals } = createFixture();
  for (let count = 0; count < 4; count++) limits.noteBannedPeer(HOST);
  assert.equal(gater.denyInboundEncryptedConnection?.(peer("sybil"), connectionFrom(HOST)), true);
  assert.equal(refusals[0]?.reason, "host_banned");
  assert.equal(gater.denyInboundEncryptedConnection?.(peer("friend"), connectionFrom(HOST)), false);
});

Deno.test("createConnectionGater always has a place for a trusted peer", () => {
  const { gater, open, full, refusals } = createFixture();
  open.connections = full;
  assert.equal(gater.denyInboundUpgradedConnection?.(peer("x"), connectionFrom(HOST)), true);
  assert.equal(refusals[0]?.reason, "node_full");
  assert.equal(gater.denyInboundUpgradedConnection?.(peer("friend"), connectionFrom(HOST)), false);
});

Deno.test("createConnectionGater lets one host have 100 handshakes under way", () => {
  const { gater, refusals } = createFixture();
  const begun = Array.from({ length: 100 }, () => connectionFrom(HOST));
  for (const each of begun) assert.equal(gater.denyInboundConnection?.(each), false);
  assert.equal(gater.denyInboundConnection?.(connectionFrom(HOST)), true);
  assert.equal(refusals[0]?.reason, "too_many_pending");
  assert.equal(gater.denyInboundConnection?.(connectionFrom("192.0.2.2")), false);
  const [failed, ready] = begun;
  (failed as unknown as EventTarget).dispatchEvent(new Event("close"));
  if (ready !== undefined) gater.denyInboundUpgradedConnection?.(peer("x"), ready);
  for (const expected of [false, false, true]) {
    assert.equal(gater.denyInboundConnection?.(connectionFrom(HOST)), expected);
  }
});
