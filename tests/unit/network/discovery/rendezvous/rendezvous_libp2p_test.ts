import assert from "node:assert/strict";
import { runTaskGroup, systemClock } from "../../../../../src/concurrency/mod.ts";
import type { FoundPeer } from "../../../../../src/network/discovery/discovery_method.ts";
import { createRendezvous } from "../../../../../src/network/discovery/rendezvous/create_rendezvous.ts";
import { RendezvousFailedError } from "../../../../../src/network/discovery/rendezvous/errors.ts";
import { serveRendezvous } from "../../../../../src/network/discovery/rendezvous/serve_rendezvous.ts";
import {
  createIdentity,
  createPeerRecordCodec,
  openLibp2pNetwork,
} from "../../../../../src/network/libp2p/mod.ts";
import type { Network } from "../../../../../src/network/mod.ts";
import type { PeerRecordCodec } from "../../../../../src/network/discovery/peer_record_codec.ts";

/** libp2p leaves timers and a BroadcastChannel behind. */
const realNode = { sanitizeOps: false, sanitizeResources: false };

interface RealNode extends AsyncDisposable {
  readonly network: Network;
  readonly records: PeerRecordCodec;
}

async function openNode(): Promise<RealNode> {
  const identity = await createIdentity();
  const network = await openLibp2pNetwork({ identity, listen: ["/ip4/127.0.0.1/tcp/0"] });
  const records = createPeerRecordCodec(identity);
  return { network, records, [Symbol.asyncDispose]: () => network[Symbol.asyncDispose]() };
}

/** A method at work for a node. */
async function meet({ network, records }: RealNode, point: string): Promise<{
  look(): Promise<readonly FoundPeer[]>;
  stop(): Promise<void>;
}> {
  const found = new Map<string, FoundPeer>();
  const context = {
    self: network,
    found: (peer: FoundPeer) => void found.set(peer.peerId, peer),
    lost: (peerId: string) => void found.delete(peerId),
    clock: systemClock,
    logger: undefined,
  };
  const method = createRendezvous({ network, points: [point], namespace: "team", records });
  const started = await method.start?.(context, new AbortController().signal);
  return {
    async look() {
      await method.look(context, AbortSignal.timeout(method.budgetMs));
      return [...found.values()];
    },
    stop: async () => await started?.[Symbol.asyncDispose](),
  };
}

Deno.test("createRendezvous and serveRendezvous bring real nodes together", realNode, async () => {
  await using host = await openNode();
  await using alice = await openNode();
  await using bob = await openNode();
  const [pointAddress = ""] = host.network.multiaddrs();
  await runTaskGroup(async (group) => {
    const { network, records } = host;
    const point = await serveRendezvous(group, { network, records, clock: systemClock });
    const [meetAlice, meetBob] = [await meet(alice, pointAddress), await meet(bob, pointAddress)];
    assert.deepEqual(await meetAlice.look(), []);
    const [found, ...others] = await meetBob.look();
    assert.deepEqual(others, []);
    assert.equal(found?.peerId, alice.network.peerId);
    assert.deepEqual(found?.multiaddrs, alice.network.multiaddrs());
    assert.deepEqual(point.statistics(), { registrations: 2, refused: {} });
    await meetAlice.stop();
    assert.deepEqual(await meetBob.look(), []);
    assert.equal(point.statistics().registrations, 1);
    group.cancel();
  });
});

Deno.test("createRendezvous says that a real node is no rendezvous point", realNode, async () => {
  await using host = await openNode();
  await using alice = await openNode();
  const { look } = await meet(alice, host.network.multiaddrs()[0] ?? "");
  await assert.rejects(look(), (error) => {
    assert.ok(error instanceof RendezvousFailedError);
    assert.match(error.message, /the peer does not serve the protocol/);
    return true;
  });
});
