import { systemClock } from "../../../src/concurrency/mod.ts";
import {
  createIdentity,
  createPeerRecordCodec,
  type NetworkFacilities,
  openLibp2pNetwork,
} from "../../../src/network/libp2p/mod.ts";
import {
  createAnnounceFile,
  type DiscoveryMethod,
  type Network,
  type PeerRecordCodec,
} from "../../../src/network/mod.ts";
import type { Names, NodeSettings } from "./discovery_way.ts";

/** All is done there. */
export const LOOPBACK = "127.0.0.1";
/** What the peers have in common. */
export const NAMESPACE = "bench";
/** The repository that the fake of GitHub has, and who may write there. */
export const GITHUB = { repository: "acme/swarm", token: "bench-token" } as const;

/** How a node is opened. */
export interface OpenNodeOptions {
  readonly names: Names;
  /** Whether it can be dialled, and so is announced. */
  readonly isListening: boolean;
}

/**
 * Open a node, as far as finding others goes.
 *
 * @param settings In which ways it finds others.
 * @param options What names stand for.
 */
export async function openNode(
  settings: readonly NodeSettings[],
  { names, isListening }: OpenNodeOptions,
): Promise<Network> {
  const identity = await createIdentity();
  const records = createPeerRecordCodec(identity);
  const creators = (await Promise.all(settings.map(loadMethods))).flat();
  return await openLibp2pNetwork({
    identity,
    listen: isListening ? [`/ip4/${LOOPBACK}/tcp/0`] : [],
    bootstrap: settings.flatMap(({ bootstrap = [] }) => bootstrap),
    resolveTxt: async (name, signal) => {
      const texts = names[name];
      if (texts === undefined) await systemClock.sleep(Infinity, { signal });
      return texts ?? [];
    },
    kad: settings.some(({ hasTable }) => hasTable === true) ? {} : undefined,
    methods: (network, facilities) =>
      creators.map((create) => create({ network, facilities, records })),
  });
}

interface MethodDeps {
  readonly network: Network;
  readonly facilities: NetworkFacilities;
  readonly records: PeerRecordCodec;
}

type CreateMethod = (deps: MethodDeps) => DiscoveryMethod;

/** Loads no more than is used, as the program does. */
async function loadMethods(settings: NodeSettings): Promise<readonly CreateMethod[]> {
  const { announceFile, announceFiles, mdnsPort, rendezvousPoints } = settings;
  const creators = [
    announceFile !== undefined && (() => createAnnounceFile({ path: announceFile })),
    announceFiles !== undefined && (() => createAnnounceFile({ readPaths: announceFiles })),
    mdnsPort !== undefined && await loadMdns(mdnsPort),
    rendezvousPoints !== undefined && await loadRendezvous(rendezvousPoints),
    settings.hasTable === true && await loadDht(),
    ...await loadRegistries(settings),
  ];
  return creators.filter((create) => typeof create === "function");
}

async function loadMdns(port: number): Promise<CreateMethod> {
  const { createMdns } = await import("../../../src/network/discovery/mdns/create_mdns.ts");
  const { openMulticastBus } = await import(
    "../../../src/network/discovery/mdns/open_multicast_bus.ts"
  );
  return () =>
    createMdns({
      openBus: (onMessage) => openMulticastBus(onMessage, { interfaces: [LOOPBACK], port }),
    });
}

async function loadRendezvous(points: readonly string[]): Promise<CreateMethod> {
  const { createRendezvous } = await import("../../../src/network/discovery/rendezvous/mod.ts");
  return ({ network, records }) =>
    createRendezvous({ network, points, records, namespace: NAMESPACE });
}

async function loadDht(): Promise<CreateMethod> {
  const { createDht } = await import("../../../src/network/discovery/dht/mod.ts");
  return ({ facilities: { dht }, records }) => {
    if (dht === undefined) throw new TypeError("Cannot look as the node has no table");
    return createDht({ dht, records, namespace: NAMESPACE });
  };
}

async function loadRegistries(settings: NodeSettings): Promise<readonly CreateMethod[]> {
  const { sharedDirectory: directory, githubUrl: apiUrl } = settings;
  if (directory === undefined && apiUrl === undefined) return [];
  const registry = await import("../../../src/network/discovery/registry/mod.ts");
  const options = { publicIp: LOOPBACK, pace: { isThrottled: false } };
  return [
    directory === undefined
      ? undefined
      : () => registry.createSharedDirectory({ directory, publicIp: LOOPBACK }),
    apiUrl === undefined
      ? undefined
      : () => registry.createGithubRegistry({ ...GITHUB, ...options, apiUrl }),
  ].filter((create) => create !== undefined);
}
