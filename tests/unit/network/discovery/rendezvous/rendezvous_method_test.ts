import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import type { DiscoverableSelf } from "../../../../../src/network/discovery/discovery_method.ts";
import { createRendezvous } from "../../../../../src/network/discovery/rendezvous/create_rendezvous.ts";
import { MAX_PEERS_PER_POINT } from "../../../../../src/network/discovery/rendezvous/point_listing.ts";
import type { RendezvousPoint } from "../../../../../src/network/discovery/rendezvous/rendezvous_point.ts";
import type {
  DiscoverResponse,
  RendezvousResponse,
} from "../../../../../src/network/discovery/rendezvous/message.ts";
import { MemoryHub } from "../../../../../src/network/memory/mod.ts";
import { createPeerId } from "../create_peer_id.ts";
import { createFakePeerRecordCodec } from "../fake_peer_record_codec.ts";
import { type MethodFixture, testDiscoveryMethod } from "../method_suite.ts";
import { RunningPoint } from "./running_point.ts";

const NAMESPACE = "team";

async function open(self: DiscoverableSelf): Promise<MethodFixture> {
  const clock = new FakeClock(1_700_000_000_000);
  const hub = new MemoryHub({ clock });
  const running = new RunningPoint(hub, clock);
  const point = await running.started;
  const network = hub.open({ peerId: self.peerId });
  const method = createRendezvous({
    network,
    points: ["/memory/point/p2p/point"],
    namespace: NAMESPACE,
    records: createFakePeerRecordCodec(self.peerId),
  });
  const appear = async (peerId: string, multiaddrs: readonly string[]): Promise<void> => {
    const record = await createFakePeerRecordCodec(peerId).seal(multiaddrs, 1n);
    await running.register(peerId, record, NAMESPACE);
  };
  return {
    method,
    clock,
    step: () => clock.advance(100),
    appear: (peer) => appear(peer.peerId, peer.multiaddrs),
    async disappear(peerId) {
      await point.answer(peerId, { type: "unregister", namespace: NAMESPACE });
    },
    breakDown: () => Promise.resolve(hub.setReachability("point", "unreachable")),
    repair: () => Promise.resolve(hub.setReachability("point", "reachable")),
    stall: () => Promise.resolve(hub.setReachability("point", "stalled")),
    addMalformed: () => Promise.resolve(addLies(point)),
    async flood() {
      // More than a point of ours would take, from one that takes anything.
      const answers = Array.from({ length: 12 }, (_, page) => createPage(page * 100));
      answerWith(point, await Promise.all(answers));
    },
    maxPeersPerRound: MAX_PEERS_PER_POINT,
    maxAddressesPerPeer: 16,
    announcedPeerIds: () => listPeers(point),
    async leftovers() {
      return (await listPeers(point)).filter((peerId) => peerId === self.peerId);
    },
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]();
      await running[Symbol.asyncDispose]();
    },
  };
}

async function listPeers(point: RendezvousPoint): Promise<readonly string[]> {
  const list = await point.answer("observer", { type: "discover", namespace: NAMESPACE });
  const { registrations } = list as DiscoverResponse;
  const { open } = createFakePeerRecordCodec("observer");
  const records = await Promise.all(registrations.map((one) => open(one.signedPeerRecord)));
  return records.map(({ peerId }) => peerId);
}

/** What a hostile point puts between the registrations. */
function addLies(point: RendezvousPoint): void {
  const lies = [
    new Uint8Array(0),
    new Uint8Array(30_000),
    new TextEncoder().encode('{"peerId":1}'),
  ];
  const registrations = lies.flatMap((signedPeerRecord) => [
    { namespace: NAMESPACE, signedPeerRecord },
    { namespace: "elsewhere", signedPeerRecord, ttlSeconds: 2 ** 50 },
  ]);
  changeAnswers(point, (response) => ({
    ...response,
    registrations: [...registrations, ...response.registrations],
  }));
}

function answerWith(point: RendezvousPoint, pages: readonly DiscoverResponse[]): void {
  let next = 0;
  changeAnswers(point, (response) => pages[next++] ?? response);
}

function changeAnswers(
  point: RendezvousPoint,
  change: (response: DiscoverResponse) => DiscoverResponse,
): void {
  const answer = point.answer.bind(point);
  point.answer = async (peerId, request): Promise<RendezvousResponse | undefined> => {
    const response = await answer(peerId, request);
    return response?.type === "discover_response" ? change(response) : response;
  };
}

async function createPage(firstSeed: number): Promise<DiscoverResponse> {
  const addresses = Array.from({ length: 80 }, (_, index) => `/ip4/10.0.0.${index}/tcp/1`);
  const seeds = Array.from({ length: 100 }, (_, index) => 1000 + firstSeed + index);
  const registrations = await Promise.all(seeds.map(async (seed) => ({
    namespace: NAMESPACE,
    signedPeerRecord: await createFakePeerRecordCodec(createPeerId(seed)).seal(addresses, 1n),
  })));
  const cookie = Uint8Array.of(1);
  return { type: "discover_response", status: "OK", registrations, cookie };
}

testDiscoveryMethod("createRendezvous", { open, isAnnouncing: true });
