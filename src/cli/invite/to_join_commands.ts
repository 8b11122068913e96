import type { NewInvite } from "../../app/mod.ts";

/** More are of no help. */
const MAX_ADDRESSES = 4;

/**
 * What to type on the other machine.
 *
 * @param invite The invitation, and where this machine's node is.
 * @returns The command that looks for the node by itself, and those that say where it is: addresses that
 *   others can reach come first, and loopback counts only if there is no other.
 */
export function toJoinCommands({ code, multiaddrs }: NewInvite): readonly string[] {
  const command = `mcpp join ${code}`;
  const far = multiaddrs.filter((each) => !LOOPBACK.test(each));
  const sorted = [...far.length > 0 ? far : multiaddrs].sort((a, b) => rank(a) - rank(b));
  const direct = sorted.filter((each) => !isRelayed(each));
  const relayed = sorted.filter(isRelayed);
  // A machine has many addresses for its own networks, and from others only the relay may lead to it.
  const shown = [
    ...direct.slice(0, MAX_ADDRESSES - Math.min(relayed.length, 1)),
    ...relayed,
  ].slice(0, MAX_ADDRESSES);
  return [command, ...shown.map((each) => `${command} --at ${each}`)];
}

const LOOPBACK = /^\/(ip4\/127\.|ip6\/::1\/)/;

/** What most machines can dial comes first. */
function rank(multiaddr: string): number {
  return multiaddr.startsWith("/ip6/") ? 1 : 0;
}

function isRelayed(multiaddr: string): boolean {
  return multiaddr.includes("/p2p-circuit");
}
