import assert from "node:assert/strict";
import type { Libp2p } from "@libp2p/interface";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { FakeClock, runTaskGroup } from "../../../../src/concurrency/mod.ts";
import { watchOwnAddresses } from "../../../../src/network/libp2p/watch_own_addresses.ts";

const HERE = "/ip4/192.168.1.7/tcp/9710";
const RELAYED =
  "/ip4/203.0.113.7/tcp/9710/p2p/12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X/p2p-circuit";

type WatchedNode = Parameters<typeof watchOwnAddresses>[1];

class FakeNode {
  readonly #events = new EventTarget();
  listeners = 0;
  addresses: readonly string[] = [HERE];

  readonly node: WatchedNode = {
    getMultiaddrs: (): Multiaddr[] => this.addresses.map((address) => multiaddr(address)),
    addEventListener: (type: string, listener: EventListener): void => {
      this.listeners++;
      this.#events.addEventListener(type, listener);
    },
    removeEventListener: (type: string, listener: EventListener): void => {
      this.listeners--;
      this.#events.removeEventListener(type, listener);
    },
  } as Pick<Libp2p, keyof WatchedNode>;

  update(addresses: readonly string[]): void {
    this.addresses = addresses;
    this.#events.dispatchEvent(new Event("self:peer:update"));
  }
}

async function withNode(
  run: (world: { fake: FakeNode; clock: FakeClock; tellsMs: number[] }) => Promise<void>,
): Promise<void> {
  const [fake, clock, tellsMs] = [new FakeNode(), new FakeClock(), [] as number[]];
  await runTaskGroup(async (group) => {
    watchOwnAddresses(group, fake.node, {
      onChange: () => tellsMs.push(clock.monotonicMs()),
      clock,
    });
    await run({ fake, clock, tellsMs });
    group.cancel();
  });
  assert.equal(fake.listeners, 0);
  assert.equal(clock.pendingTimers, 0);
}

Deno.test("watchOwnAddresses tells of other addresses at once, and of nothing else", () =>
  withNode(async ({ fake, clock, tellsMs }) => {
    fake.update([HERE]);
    await clock.advance(1_000);
    assert.deepEqual(tellsMs, []);
    fake.update([HERE, RELAYED]);
    await clock.advance(0);
    assert.deepEqual(tellsMs, [1_000]);
  }));

Deno.test("watchOwnAddresses tells a few times of addresses that come and go, the last time included", () =>
  withNode(async ({ fake, clock, tellsMs }) => {
    for (let turn = 0; turn < 101; turn++) {
      fake.update(turn % 2 === 0 ? [HERE, RELAYED] : [HERE]);
      await clock.advance(100);
    }
    await clock.advance(60_000);
    assert.deepEqual(tellsMs, [0, 10_000, 20_000]);
    fake.update([HERE]);
    await clock.advance(0);
    assert.equal(tellsMs.length, 4);
  }));
