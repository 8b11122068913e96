import type { PeerId } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { CODE_P2P, type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { InvalidMultiaddrError, PeerUnknownError } from "../errors.ts";

/** An address, taken apart. */
export interface ParsedMultiaddr {
  readonly multiaddr: Multiaddr;
  /** Whom it must lead to, if it says so. */
  readonly peerId: PeerId | undefined;
  /** Whether it says where, and not only whom. */
  readonly hasLocation: boolean;
}

/**
 * Parse an address.
 *
 * @throws {InvalidMultiaddrError} If it is none.
 */
export function parseMultiaddr(text: string): ParsedMultiaddr {
  try {
    const parsed = multiaddr(text);
    const components = parsed.getComponents();
    const id = components.findLast(({ code }) => code === CODE_P2P)?.value;
    if (components.length === 0) throw new Error("It is empty");
    return {
      multiaddr: parsed,
      peerId: id === undefined ? undefined : peerIdFromString(id),
      hasLocation: components.some(({ code }) => code !== CODE_P2P),
    };
  } catch (error) {
    throw new InvalidMultiaddrError(text, "it is not a valid multiaddr", error);
  }
}

/**
 * See that a text is an address.
 *
 * @param text The text.
 * @throws {InvalidMultiaddrError} If it is none.
 */
export function assertMultiaddr(text: string): void {
  parseMultiaddr(text);
}

/** Parse an address that somebody has claimed; `undefined` if it is none. */
export function tryParseMultiaddr(text: string): Multiaddr | undefined {
  try {
    return parseMultiaddr(text).multiaddr;
  } catch {
    return undefined;
  }
}

/**
 * Parse a peer id.
 *
 * @throws {PeerUnknownError} If it is none: no peer can have it.
 */
export function parsePeerId(text: string): PeerId {
  try {
    return peerIdFromString(text);
  } catch {
    throw new PeerUnknownError(text);
  }
}
