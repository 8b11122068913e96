import { dirname } from "node:path";
import type { Config } from "../config/mod.ts";
import {
  createAnnounceFile,
  type DiscoveryMethod,
  listAnnounceLocations,
  type Network,
  type PeerRecordCodec,
} from "../network/mod.ts";

/** What the methods of a node work with. */
export interface DiscoveryMethodDeps {
  readonly network: Network;
  /** Signs the node's record. */
  readonly records: PeerRecordCodec;
  /** The address of this host as others see it; `undefined` if nobody has said. */
  readonly publicIp: string | undefined;
  /** Where this node announces itself; `false` for nowhere, and then nobody is looked for there. */
  readonly announceFile: string | false;
}

/** Makes the methods of a node. */
export type CreateDiscoveryMethods = (deps: DiscoveryMethodDeps) => readonly DiscoveryMethod[];

/**
 * Load the ways to find peers that a configuration asks for, besides mDNS and bootstrap peers.
 *
 * @param config The group `discovery` of the configuration.
 * @returns What makes the methods.
 */
export async function loadDiscoveryMethods(
  config: Config["discovery"],
): Promise<CreateDiscoveryMethods> {
  const { namespace, rendezvousPoints: points, sharedDirectory: directory } = config;
  const { githubRepository: repository, githubAuthors: authors, githubToken } = config;
  const rendezvous = points.length === 0
    ? undefined
    : await import("../network/discovery/rendezvous/mod.ts");
  const registry = directory === "" && repository === ""
    ? undefined
    : await import("../network/discovery/registry/mod.ts");
  return ({ network, records, publicIp, announceFile }) => {
    const token = githubToken || undefined;
    const accounts = authors.length === 0 ? undefined : authors;
    const methods = [
      announceFile !== false && createAnnounceFile({ readPaths: toReadPaths(announceFile) }),
      rendezvous?.createRendezvous({ network, points, namespace, records }),
      directory !== "" && registry?.createSharedDirectory({ directory, publicIp }),
      repository !== "" &&
      registry?.createGithubRegistry({ repository, token, authors: accounts, publicIp }),
    ];
    return methods.filter((method) => typeof method === "object");
  };
}

/** The node itself is announced elsewhere, as it must not start if that fails. */
function toReadPaths(announceFile: string): readonly string[] {
  // By default it is in a directory of its own in the user's directory for caches.
  const cacheDirectory = dirname(dirname(announceFile));
  return [announceFile, ...listAnnounceLocations({ cacheDirectory })];
}
