/** Long enough for a relayed address with two ids, short enough for thousands of them. */
const MAX_MULTIADDR_LENGTH = 512;
const MAX_PEER_ID_LENGTH = 128;
const UNSPECIFIED = /^\/(ip4\/0\.0\.0\.0|ip6\/::)\//;

/**
 * Whether a text can be a peer id. What is not even that is dropped before it costs anything.
 *
 * @param text What somebody has claimed.
 */
export function isPeerIdLike(text: string): boolean {
  return text.length <= MAX_PEER_ID_LENGTH && /^[\w-]+$/.test(text);
}

/**
 * The address of a peer as it is kept: ending in `/p2p/<peerId>`.
 *
 * @param multiaddr What somebody has claimed.
 * @param peerId Whose address it is to be.
 * @returns The address, or `undefined` if it is none, leads nowhere, or leads to another peer.
 */
export function toPeerAddress(multiaddr: string, peerId: string): string | undefined {
  const suffix = `/p2p/${peerId}`;
  if (multiaddr.length > MAX_MULTIADDR_LENGTH || !/^\/[\x21-\x7e]+$/.test(multiaddr)) {
    return undefined;
  }
  if (UNSPECIFIED.test(multiaddr)) return undefined;
  if (multiaddr.endsWith(suffix)) {
    return multiaddr.length > suffix.length ? multiaddr : undefined;
  }
  // An address through a relay names the relay first.
  const isOpen = !multiaddr.includes("/p2p/") || multiaddr.endsWith("/p2p-circuit");
  return isOpen ? multiaddr.replace(/\/$/, "") + suffix : undefined;
}

/**
 * An address that says whom it leads to.
 *
 * @param multiaddr The address, with or without the id at its end.
 * @param peerId Whose it is.
 */
export function withPeerId(multiaddr: string, peerId: string): string {
  const suffix = `/p2p/${peerId}`;
  return multiaddr.endsWith(suffix) ? multiaddr : multiaddr + suffix;
}

/**
 * An address without whom it leads to, where that is known already.
 *
 * @param multiaddr The address, with or without the id at its end.
 * @param peerId Whose it is.
 */
export function withoutPeerId(multiaddr: string, peerId: string): string {
  const suffix = `/p2p/${peerId}`;
  return multiaddr.endsWith(suffix) ? multiaddr.slice(0, -suffix.length) : multiaddr;
}

/**
 * Whom an address leads to.
 *
 * @param multiaddr The address.
 * @returns The peer id at its end, or `undefined` if it does not say.
 */
export function peerIdOfAddress(multiaddr: string): string | undefined {
  return /\/p2p\/([^/]+)$/.exec(multiaddr)?.[1];
}
