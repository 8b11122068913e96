import { createServer } from "node:net";
import { systemClock, type TaskGroup } from "../../../src/concurrency/mod.ts";
import { serveRendezvous } from "../../../src/network/discovery/rendezvous/mod.ts";
import {
  createIdentity,
  createPeerRecordCodec,
  openLibp2pNetwork,
} from "../../../src/network/libp2p/mod.ts";
import { writeAnnounceFile } from "../../../src/network/announce.ts";
import type { Network } from "../../../src/network/mod.ts";
import { createPeerId } from "../../unit/network/discovery/create_peer_id.ts";
import { FakeGithub } from "../../unit/network/discovery/registry/github/fake_github.ts";
import { makeBenchDirectory } from "../bench_directory.ts";
import type { DiscoveryWay, Names } from "./discovery_way.ts";
import { GITHUB, LOOPBACK, openNode } from "./open_node.ts";

const NAME = "peer.bench.test";
const DEAD_NAME = "dead.bench.test";
/** Nobody else uses them: two networks, one of them without anybody. */
const [MDNS_PORT, DEAD_MDNS_PORT] = [25_353, 25_354];
/** Until the peer is in the table and the registry, with what its first round may have missed. */
const ANNOUNCED_AFTER_MS = 5_000;

/** A peer that can be found in every way, and what leads nowhere. */
export interface DiscoveryWorld {
  readonly peerId: string;
  readonly names: Names;
  readonly ways: readonly DiscoveryWay[];
}

/**
 * Open it; everything is on the loopback interface of this host.
 *
 * @param group Owns what serves.
 * @param resources Close it.
 */
export async function openDiscoveryWorld(
  group: TaskGroup,
  resources: AsyncDisposableStack,
): Promise<DiscoveryWorld> {
  const silent = `/ip4/${LOOPBACK}/tcp/${await openSilentPort(resources)}/p2p/${createPeerId(1)}`;
  const hub = (await openHub(group, resources)).multiaddrs();
  const ways: readonly DiscoveryWay[] = [
    await announceFileWay(resources, silent),
    {
      name: "mdns",
      live: { mdnsPort: MDNS_PORT },
      dead: { mdnsPort: DEAD_MDNS_PORT },
      // No record is sent to all more than once in a second (RFC 6762, section 6).
      restMs: 1_000,
    },
    {
      name: "rendezvous",
      live: { rendezvousPoints: hub },
      dead: { rendezvousPoints: [silent] },
    },
    {
      name: "shared-directory",
      live: { sharedDirectory: await makeBenchDirectory(resources) },
      dead: { sharedDirectory: await makeBenchDirectory(resources) },
    },
    githubWay(resources),
    {
      name: "dht",
      live: { bootstrap: hub, hasTable: true },
      dead: { bootstrap: [silent], hasTable: true },
    },
  ];
  const settings = ways.map(({ live, ofPeer }) => ofPeer ?? live);
  const peer = resources.use(await openNode(settings, { names: {}, isListening: true }));
  const [address = ""] = peer.multiaddrs();
  await systemClock.sleep(ANNOUNCED_AFTER_MS);
  return {
    peerId: peer.peerId,
    names: { [`_dnsaddr.${NAME}`]: [`dnsaddr=${address}`] },
    ways: [
      { name: "bootstrap", live: { bootstrap: [address] }, dead: { bootstrap: [silent] } },
      {
        name: "dnsaddr",
        live: { bootstrap: [`/dnsaddr/${NAME}`] },
        dead: { bootstrap: [`/dnsaddr/${DEAD_NAME}`] },
      },
      ...ways,
    ],
  };
}

/** A rendezvous point, and the first one of a table. */
async function openHub(group: TaskGroup, resources: AsyncDisposableStack): Promise<Network> {
  const identity = await createIdentity();
  const listen = [`/ip4/${LOOPBACK}/tcp/0`];
  const hub = resources.use(await openLibp2pNetwork({ identity, listen, kad: {} }));
  const records = createPeerRecordCodec(identity);
  await serveRendezvous(group, { network: hub, records, clock: systemClock });
  return hub;
}

/** Takes connections and says nothing. */
async function openSilentPort(resources: AsyncDisposableStack): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, LOOPBACK, listening.resolve);
  await listening.promise;
  resources.defer(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("It has no port");
  return address.port;
}

async function announceFileWay(
  resources: AsyncDisposableStack,
  silent: string,
): Promise<DiscoveryWay> {
  const directory = await makeBenchDirectory(resources);
  const [live, dead] = [`${directory}/live.json`, `${directory}/dead.json`];
  await writeAnnounceFile(dead, { peerId: createPeerId(1), multiaddr: silent });
  return {
    name: "announce-file",
    live: { announceFiles: [live] },
    dead: { announceFiles: [dead] },
    ofPeer: { announceFile: live },
  };
}

function githubWay(resources: AsyncDisposableStack): DiscoveryWay {
  const [live, dead] = [resources.use(new FakeGithub()), resources.use(new FakeGithub())];
  live.repository.associations.set("owner", "OWNER");
  live.accounts.set(GITHUB.token, { login: "owner" });
  live.repository.addIssue("p2p-peer-registry", "owner");
  dead.stall();
  return {
    name: "github-issues",
    live: { githubUrl: live.url },
    dead: { githubUrl: dead.url },
  };
}
