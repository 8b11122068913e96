import type { AllowedPeer } from "./allowed_peer.ts";
import type { ConnectionPolicy } from "../conduct/connection_policy.ts";
import type { TrustList } from "./trust_list.ts";

/** Whom a node knows. */
export interface ConnectionPolicyOptions {
  /** Peers that were trusted by a command or an invitation, and revoked ones. */
  readonly trust: Pick<TrustList, "get">;
  /** Peers that the configuration admits. @default {[]} */
  readonly allowPeers?: readonly AllowedPeer[] | undefined;
  /** Ids under which this node's owner comes. @default {[]} */
  readonly owners?: readonly string[] | undefined;
}

/**
 * Create the rule by which peers are let in at all: revoked ones are not, and those that are known by
 * name always find a place. A token or an open swarm makes nobody known.
 *
 * @param options Whom the node knows.
 * @returns The rule, which follows the list as it changes.
 */
export function createConnectionPolicy(options: ConnectionPolicyOptions): ConnectionPolicy {
  const { trust, allowPeers = [], owners = [] } = options;
  const fixed = new Set([...allowPeers.map(({ peerId }) => peerId), ...owners]);
  const isRevoked = (peerId: string): boolean => trust.get(peerId)?.isRevoked === true;
  return {
    refusalOf: (peerId) => isRevoked(peerId) ? "revoked" : undefined,
    isTrusted: (peerId) =>
      !isRevoked(peerId) && (trust.get(peerId) !== undefined || fixed.has(peerId)),
  };
}
