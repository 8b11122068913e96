import { isPeerIdLike } from "../../discovery/peer_address.ts";

/** The first part of a key says who validates what is under it. */
export const RECORD_NAMESPACE = "mcpp";
const PREFIX = `/${RECORD_NAMESPACE}/peer/`;
const MAX_KEY_BYTES = 256;

/** The key under which the signed record of a peer is found: `/mcpp/peer/<peer id>`. */
export function toPeerKey(peerId: string): Uint8Array {
  return new TextEncoder().encode(PREFIX + peerId);
}

/** Whose record is found under a key; `undefined` if no peer's is. */
export function fromPeerKey(key: Uint8Array): string | undefined {
  if (key.length > MAX_KEY_BYTES) return undefined;
  const text = new TextDecoder().decode(key);
  const peerId = text.slice(PREFIX.length);
  return text.startsWith(PREFIX) && isPeerIdLike(peerId) ? peerId : undefined;
}
