import type { PeerTarget } from "../network/mod.ts";
import type { QueueTarget } from "../tools/mod.ts";
import { TargetMismatchError } from "./errors.ts";

/**
 * The peer that the arguments of a tool mean. An address that does not say whose it is gets the given
 * id, so that nobody else can answer.
 *
 * @param target The arguments: an address, an id, or both.
 * @returns What the network dials.
 * @throws {TargetMismatchError} If the address says that it is another's.
 */
export function toPeerTarget({ multiaddr, peerId }: QueueTarget): PeerTarget {
  if (multiaddr === undefined) return { peerId: peerId ?? "" };
  if (peerId === undefined || multiaddr.endsWith(`/p2p/${peerId}`)) return { multiaddr };
  if (endsWithPeer(multiaddr)) throw new TargetMismatchError(multiaddr, peerId);
  return { multiaddr: `${multiaddr}/p2p/${peerId}` };
}

/** An address that ends at a relay names the relay only. */
function endsWithPeer(multiaddr: string): boolean {
  return multiaddr.includes("/p2p/") && !multiaddr.endsWith("/p2p-circuit");
}
