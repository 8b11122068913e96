import { dirname } from "node:path";
import type { Config } from "../config/mod.ts";
import {
  createAnnounceFile,
  createGithubRegistry,
  createRendezvous,
  createSharedDirectory,
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

/**
 * The ways to find peers that a configuration asks for, besides mDNS and bootstrap peers.
 *
 * @param config The group `discovery` of the configuration.
 * @param deps What they work with.
 * @returns The methods.
 */
export function createDiscoveryMethods(
  config: Config["discovery"],
  { network, records, publicIp, announceFile }: DiscoveryMethodDeps,
): readonly DiscoveryMethod[] {
  const { namespace, rendezvousPoints: points, sharedDirectory: directory } = config;
  const { githubRepository: repository, githubAuthors: authors, githubToken } = config;
  return [
    ...(announceFile === false
      ? []
      : [createAnnounceFile({ readPaths: toReadPaths(announceFile) })]),
    ...(points.length === 0 ? [] : [createRendezvous({ network, points, namespace, records })]),
    ...(directory === "" ? [] : [createSharedDirectory({ directory, publicIp })]),
    ...(repository === "" ? [] : [
      createGithubRegistry({
        repository,
        token: githubToken || undefined,
        authors: authors.length === 0 ? undefined : authors,
        publicIp,
      }),
    ]),
  ];
}

/** The node itself is announced elsewhere, as it must not start if that fails. */
function toReadPaths(announceFile: string): readonly string[] {
  // By default it is in a directory of its own in the user's directory for caches.
  const cacheDirectory = dirname(dirname(announceFile));
  return [announceFile, ...listAnnounceLocations({ cacheDirectory })];
}
