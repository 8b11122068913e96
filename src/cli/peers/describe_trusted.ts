import type { TrustedPeer } from "../../app/mod.ts";
import type { JsonObject } from "../../codec/mod.ts";

/**
 * A peer on the list of trusted ones, for a program.
 *
 * @param peer The peer.
 * @returns The peer as JSON.
 */
export function describeTrusted(peer: TrustedPeer): JsonObject {
  const { peerId, roles, isRevoked, name = null, multiaddrs, addedMs, source } = peer;
  const addresses = [...multiaddrs];
  return { peerId, name, roles: [...roles], isRevoked, multiaddrs: addresses, addedMs, source };
}
