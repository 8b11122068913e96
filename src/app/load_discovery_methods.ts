import type { Config } from "../config/mod.ts";
import {
  createAnnounceFile,
  createTrustedPeers,
  type Dht,
  type DiscoveryMethod,
  type Network,
  type PeerRecordCodec,
  type TrustList,
} from "../network/mod.ts";
import { listAnnouncePaths } from "./announce_paths.ts";

/** What the methods of a node work with. */
export interface DiscoveryMethodDeps {
  readonly network: Network;
  /** Signs the node's record. */
  readonly records: PeerRecordCodec;
  /** The address of this host as others see it; `undefined` if nobody has said. */
  readonly publicIp: string | undefined;
  /** Where this node announces itself; `false` for nowhere, and then nobody is looked for there. */
  readonly announceFile: string | false;
  /** Peers to stay connected to. @default {undefined} none */
  readonly trust?: TrustList | undefined;
  /** The distributed hash table that the node takes part in. @default {undefined} none */
  readonly dht?: Dht | undefined;
}

/** Makes the methods of a node. */
export type CreateDiscoveryMethods = (deps: DiscoveryMethodDeps) => readonly DiscoveryMethod[];

/**
 * Load the ways to find peers that a configuration asks for, besides mDNS and bootstrap peers.
 *
 * @param config The group `discovery` of the configuration.
 * @param options Whether the node takes part in a distributed hash table.
 * @returns What makes the methods.
 */
export async function loadDiscoveryMethods(
  config: Config["discovery"],
  { isInTable = false }: { readonly isInTable?: boolean } = {},
): Promise<CreateDiscoveryMethods> {
  const { namespace, rendezvousPoints: points, sharedDirectory: directory } = config;
  const { githubRepository: repository, githubAuthors: authors, githubToken } = config;
  const rendezvous = points.length === 0
    ? undefined
    : await import("../network/discovery/rendezvous/mod.ts");
  const registry = directory === "" && repository === ""
    ? undefined
    : await import("../network/discovery/registry/mod.ts");
  const table = isInTable ? await import("../network/discovery/dht/mod.ts") : undefined;
  return ({ network, records, publicIp, announceFile, trust, dht }) => {
    const token = githubToken || undefined;
    const accounts = authors.length === 0 ? undefined : authors;
    const methods = [
      trust !== undefined && createTrustedPeers(trust),
      announceFile !== false && createAnnounceFile({
        path: announceFile,
        readPaths: listAnnouncePaths(announceFile),
        publicIp,
      }),
      rendezvous?.createRendezvous({ network, points, namespace, records }),
      dht !== undefined && table?.createDht({ dht, namespace, records }),
      directory !== "" && registry?.createSharedDirectory({ directory, publicIp }),
      repository !== "" &&
      registry?.createGithubRegistry({ repository, token, authors: accounts, publicIp }),
    ];
    return methods.filter((method) => typeof method === "object");
  };
}
