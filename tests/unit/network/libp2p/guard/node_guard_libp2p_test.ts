import assert from "node:assert/strict";
import type { Connection, Libp2p, Stream } from "@libp2p/interface";
import { identify } from "@libp2p/identify";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { systemClock } from "../../../../../src/concurrency/mod.ts";
import { openLibp2pNetwork } from "../../../../../src/network/libp2p/mod.ts";
import type { ConnectionPolicy, Network, Refusal } from "../../../../../src/network/mod.ts";
import { until } from "../until.ts";

/** libp2p leaves timers and a BroadcastChannel behind. */
const realNode = { sanitizeOps: false, sanitizeResources: false };

/** A node of ours, what it has refused, and bare libp2p nodes that do as they like. */
class Fixture implements AsyncDisposable {
  readonly network: Network;
  readonly refusals: Refusal[];
  readonly #bare: Libp2p[] = [];

  static async open(policy?: ConnectionPolicy): Promise<Fixture> {
    const refusals: Refusal[] = [];
    const onRefusal = (refusal: Refusal): void => void refusals.push(refusal);
    const listen = ["/ip4/127.0.0.1/tcp/0"];
    return new Fixture(await openLibp2pNetwork({ listen, policy, onRefusal }), refusals);
  }

  private constructor(network: Network, refusals: Refusal[]) {
    this.network = network;
    this.refusals = refusals;
  }

  async openBare(appendAnnounce: string[] = []): Promise<Libp2p> {
    const node = await createLibp2p({
      addresses: { appendAnnounce },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionGater: { denyDialMultiaddr: () => false },
      services: { identify: identify() },
    });
    this.#bare.push(node);
    return node;
  }

  dial(node: Libp2p): Promise<Connection> {
    const [address = ""] = this.network.multiaddrs();
    return node.dial(multiaddr(address), { force: true });
  }

  reasons(): readonly string[] {
    return [...new Set(this.refusals.map(({ reason }) => reason))];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.network[Symbol.asyncDispose]();
    for (const node of this.#bare) await node.stop();
  }
}

async function openUnknown(connection: Connection): Promise<Stream | undefined> {
  try {
    return await connection.newStream("/unknown/1.0.0");
  } catch {
    return undefined;
  }
}

Deno.test(
  "NodeGuard bans who floods it with streams of protocols that it does not serve",
  realNode,
  async () => {
    await using fixture = await Fixture.open();
    const mallory = await fixture.openBare();
    const connection = await fixture.dial(mallory);
    let opened = 0;
    while (connection.status === "open") {
      await Promise.all(Array.from({ length: 8 }, () => openUnknown(connection)));
      opened += 8;
      await systemClock.sleep(1);
    }
    assert.ok(opened >= 300 && opened < 1_000, `cut off after ${opened}`);
    assert.deepEqual(fixture.reasons(), ["too_many_failed_streams", "banned"]);
    await fixture.dial(mallory).then(openUnknown, () => undefined);
    await until(() => fixture.refusals.at(-1)?.subject === "connection");
    assert.equal(fixture.refusals.at(-1)?.reason, "banned");
    assert.deepEqual(fixture.network.connections(), []);
  },
);

Deno.test("NodeGuard lets a revoked peer in not even for a moment", realNode, async () => {
  const revoked = new Set<string>();
  await using fixture = await Fixture.open({
    refusalOf: (peerId) => revoked.has(peerId) ? "revoked" : undefined,
    isTrusted: () => false,
  });
  const judas = await fixture.openBare();
  revoked.add(judas.peerId.toString());
  await fixture.dial(judas).catch(() => undefined);
  await until(() => fixture.refusals.length > 0);
  assert.deepEqual(fixture.refusals[0], {
    peerId: judas.peerId.toString(),
    host: "127.0.0.1",
    reason: "revoked",
    subject: "connection",
  });
  assert.deepEqual(fixture.network.connections(), []);
});

Deno.test(
  "NodeGuard lets one peer have 32 connections, and a trusted one more",
  realNode,
  async () => {
    const trusted = new Set<string>();
    await using fixture = await Fixture.open({
      refusalOf: () => undefined,
      isTrusted: (peerId) => trusted.has(peerId),
    });
    for (const isTrusted of [false, true]) {
      const node = await fixture.openBare();
      if (isTrusted) trusted.add(node.peerId.toString());
      for (let count = 0; count < 33; count++) await fixture.dial(node).catch(() => undefined);
      const isOwn = ({ peerId }: { readonly peerId: string }): boolean =>
        peerId === node.peerId.toString();
      const countOpen = (): number => fixture.network.connections().filter(isOwn).length;
      if (isTrusted) await until(() => countOpen() === 33);
      else await until(() => fixture.refusals.some(isOwn));
      assert.equal(countOpen(), isTrusted ? 33 : 32);
    }
    assert.deepEqual(fixture.reasons(), ["too_many_connections"]);
  },
);

Deno.test(
  "NodeGuard keeps a handful of the addresses that a peer says it has",
  realNode,
  async () => {
    await using fixture = await Fixture.open();
    const addresses = Array.from({ length: 250 }, (_, index) => `/ip4/10.0.0.${index}/tcp/9`);
    const mallory = await fixture.openBare(addresses);
    await fixture.dial(mallory);
    await until(() => fixture.refusals.length > 0);
    assert.deepEqual(fixture.reasons(), ["too_many_addresses"]);
    assert.deepEqual(fixture.network.discoveredPeers(), []);
  },
);
