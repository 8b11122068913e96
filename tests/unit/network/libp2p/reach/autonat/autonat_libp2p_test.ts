import assert from "node:assert/strict";
import { generateKeyPair } from "@libp2p/crypto/keys";
import { identify } from "@libp2p/identify";
import type { Libp2p } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import {
  runTaskGroup,
  systemClock,
  type TaskGroup,
} from "../../../../../../src/concurrency/mod.ts";
import { fromRawStream } from "../../../../../../src/network/libp2p/libp2p_link.ts";
import { componentsOf } from "../../../../../../src/network/libp2p/node_components.ts";
import { OwnAddresses } from "../../../../../../src/network/libp2p/own_addresses.ts";
import { Autonat } from "../../../../../../src/network/libp2p/reach/autonat/autonat.ts";
import {
  decodeMessage,
  DIAL_REQUEST_PROTOCOL,
  DIAL_STATUS,
  encodeMessage,
  RESPONSE_STATUS,
} from "../../../../../../src/network/libp2p/reach/autonat/message.ts";
import { MessageChannel } from "../../../../../../src/network/libp2p/reach/autonat/message_channel.ts";
import { until } from "../../until.ts";

/** libp2p leaves timers and a BroadcastChannel behind. */
const realNode = { sanitizeOps: false, sanitizeResources: false };
const DEADLINE_MS = 10_000;

interface Peer extends AsyncDisposable {
  readonly node: Libp2p;
  readonly addresses: OwnAddresses;
  readonly autonat: Autonat;
}

/** A node that takes loopback for the public network. */
async function openPeer(
  group: TaskGroup,
  options: { readonly configured?: readonly string[]; readonly listen?: readonly string[] } = {},
): Promise<Peer> {
  const { listen = ["/ip4/127.0.0.1/tcp/0"], configured = [] } = options;
  const node = await createLibp2p({
    privateKey: await generateKeyPair("Ed25519"),
    addresses: { listen: [...listen] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    services: { identify: identify() },
  });
  const components = componentsOf(node);
  const addresses = new OwnAddresses(node.peerId.toString(), configured);
  addresses.attach({ listening: () => components.transportManager.getAddrs().map(String) });
  const autonat = new Autonat({
    ...{ node, components, addresses, clock: systemClock, logger: undefined },
    isDialable: (address) => address.startsWith("/ip4/127."),
  });
  await autonat.start(group);
  return { node, addresses, autonat, [Symbol.asyncDispose]: async () => await node.stop() };
}

/** A port on which nobody listens. */
function findFreePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test(
  "Autonat finds out that others can dial a node, and one that can be dialled, too",
  realNode,
  async () => {
    await runTaskGroup(async (group) => {
      await using alice = await openPeer(group);
      await using bob = await openPeer(group);
      assert.equal(alice.autonat.status(), "unknown");
      await alice.node.dial(bob.node.getMultiaddrs());
      await until(() => alice.autonat.status() === "public");
      await until(() => bob.autonat.status() === "public");
      const [address] = alice.addresses.list();
      assert.equal(address?.isVerified, true);
      group.cancel();
    });
  },
);

Deno.test(
  "Autonat finds out that an address leads nowhere, or to somebody else",
  realNode,
  async () => {
    await runTaskGroup(async (group) => {
      await using bob = await openPeer(group);
      const [other = ""] = bob.addresses.listening();
      const nowhere = `/ip4/127.0.0.1/tcp/${findFreePort()}`;
      await using alice = await openPeer(group, { listen: [], configured: [nowhere, other] });
      await alice.node.dial(bob.node.getMultiaddrs());
      await until(() => alice.autonat.status() === "private");
      group.cancel();
    });
  },
);

/** Ask a peer to dial an address. */
async function ask(from: Libp2p, to: Libp2p, address: string): Promise<MessageChannel> {
  const connection = await from.dial(to.getMultiaddrs());
  const raw = await connection.newStream(DIAL_REQUEST_PROTOCOL);
  const remotePeerId = to.peerId.toString();
  const stream = fromRawStream(raw, { remotePeerId, clock: systemClock, openStreams: new Set() });
  const channel = new MessageChannel(stream, AbortSignal.timeout(DEADLINE_MS));
  const addresses = [multiaddr(address).bytes];
  const nonce = new Uint8Array(8);
  await channel.write(encodeMessage({ type: "dialRequest", addresses, nonce }));
  return channel;
}

Deno.test("Autonat makes a peer pay before it dials another host for it", realNode, async () => {
  await runTaskGroup(async (group) => {
    await using bob = await openPeer(group);
    await using alice = await openPeer(group, { listen: [] });
    // Another host by its address; it is this one, where nobody listens.
    const elsewhere = `/ip4/127.0.0.2/tcp/${findFreePort()}`;
    const channel = await ask(alice.node, bob.node, elsewhere);
    const demand = decodeMessage(await channel.read());
    assert.ok(demand.type === "dialDataRequest" && demand.bytes >= 30_000);
    const data = new Uint8Array(4096);
    for (let sent = 0; sent < demand.bytes; sent += data.length) {
      await channel.write(encodeMessage({ type: "dialDataResponse", data }));
    }
    const answer = decodeMessage(await channel.read());
    assert.ok(answer.type === "dialResponse");
    assert.deepEqual([answer.status, answer.dialStatus], [
      RESPONSE_STATUS.ok,
      DIAL_STATUS.dialError,
    ]);
    group.cancel();
  });
});

Deno.test(
  "Autonat dials nothing that is not public, and nobody again and again",
  realNode,
  async () => {
    await runTaskGroup(async (group) => {
      await using bob = await openPeer(group);
      await using alice = await openPeer(group, { listen: [] });
      const statuses = new Map<number, number>();
      for (let index = 0; index < 15; index++) {
        const channel = await ask(alice.node, bob.node, "/ip4/10.0.0.1/tcp/1");
        const answer = decodeMessage(await channel.read());
        assert.ok(answer.type === "dialResponse");
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }
      assert.deepEqual([...statuses], [[RESPONSE_STATUS.refused, 12], [
        RESPONSE_STATUS.rejected,
        3,
      ]]);
      group.cancel();
    });
  },
);
