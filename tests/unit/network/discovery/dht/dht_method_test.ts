import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import { createDht } from "../../../../../src/network/discovery/dht/create_dht.ts";
import type { DiscoverableSelf } from "../../../../../src/network/discovery/discovery_method.ts";
import { createPeerId } from "../create_peer_id.ts";
import { createFakePeerRecordCodec } from "../fake_peer_record_codec.ts";
import { type MethodFixture, testDiscoveryMethod } from "../method_suite.ts";
import { FakeTable, toKeyText } from "./fake_table.ts";

const NAMESPACE = "team";
const NO_SIGNAL = new AbortController().signal;

function open(self: DiscoverableSelf, table: FakeTable): Promise<MethodFixture> {
  const clock = new FakeClock(1_700_000_000_000);
  const method = createDht({
    dht: table.open(self.peerId),
    namespace: NAMESPACE,
    records: createFakePeerRecordCodec(self.peerId),
  });
  const appear = async (peerId: string, multiaddrs: readonly string[]): Promise<void> => {
    const dht = table.open(peerId, multiaddrs);
    const record = await createFakePeerRecordCodec(peerId).seal(multiaddrs, 1n);
    const key = new TextEncoder().encode(toKeyText(NAMESPACE));
    await dht.provide({ key, ...(table.keepsRecords && { record }) }, NO_SIGNAL);
  };
  const switchTo = (state: FakeTable["state"]): Promise<void> => {
    table.state = state;
    return Promise.resolve();
  };
  return Promise.resolve({
    method,
    clock,
    step: () => clock.advance(100),
    appear: (peer) => appear(peer.peerId, peer.multiaddrs),
    disappear(peerId) {
      const key = toKeyText(NAMESPACE);
      const others = table.providers.get(key)?.filter((peer) => peer.peerId !== peerId) ?? [];
      table.providers.set(key, others);
      return Promise.resolve();
    },
    breakDown: () => switchTo("fails"),
    repair: () => switchTo("works"),
    stall: () => switchTo("hangs"),
    addMalformed: () => addLies(table),
    async flood() {
      const addresses = Array.from({ length: 80 }, (_, index) => `/ip4/10.0.0.${index}/tcp/1`);
      for (let seed = 1000; seed < 2200; seed++) await appear(createPeerId(seed), addresses);
    },
    maxPeersPerRound: 1024,
    maxAddressesPerPeer: 16,
    announcedPeerIds: () => listPeers(table),
    leftovers: async () =>
      (await listPeers(table)).filter((peerId) => table.keepsRecords && peerId === self.peerId),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

/** Whom others would find. */
async function listPeers(table: FakeTable): Promise<readonly string[]> {
  const named = table.providers.get(toKeyText(NAMESPACE))?.map(({ peerId }) => peerId) ?? [];
  if (!table.keepsRecords) return named;
  const codec = createFakePeerRecordCodec("observer");
  const found: string[] = [];
  for (const peerId of named) {
    const envelope = table.records.get(peerId);
    if (envelope !== undefined && (await codec.open(envelope)).multiaddrs.length > 0) {
      found.push(peerId);
    }
  }
  return found;
}

/** Peers without a record, with one that is none, and with that of somebody else. */
async function addLies(table: FakeTable): Promise<void> {
  const liars = [10, 11, 12].map(createPeerId);
  table.providers.set(
    toKeyText(NAMESPACE),
    liars.map((peerId) => ({
      peerId,
      multiaddrs: table.keepsRecords ? ["/ip4/6.6.6.6/tcp/6"] : [],
      namedBy: "liar",
    })),
  );
  const [, second = "", third = ""] = liars;
  table.records.set(second, new Uint8Array(30_000));
  const stolen = await createFakePeerRecordCodec(createPeerId(13)).seal(["/ip4/6.6.6.6/tcp/6"], 9n);
  table.records.set(third, stolen);
}

testDiscoveryMethod("createDht", {
  open: (self) => open(self, new FakeTable()),
  isAnnouncing: true,
});

testDiscoveryMethod("createDht in a table without records", {
  open: (self) => open(self, new FakeTable({ keepsRecords: false })),
  // Nothing can be taken back there.
  isAnnouncing: false,
});
