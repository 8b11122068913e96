/** The protocol id. Specification: https://github.com/libp2p/specs/tree/master/rendezvous, r3. */
export const RENDEZVOUS_PROTOCOL = "/rendezvous/1.0.0";

/** How long a registration lasts when its message does not say so. */
export const DEFAULT_TTL_MS = 2 * 60 * 60 * 1000;
/** The longest that any rendezvous point may grant. */
export const MAX_TTL_MS = 72 * 60 * 60 * 1000;
/** A namespace is text of 1 to this many bytes. */
export const MAX_NAMESPACE_BYTES = 255;

/**
 * Whether a text can be a namespace.
 *
 * @param namespace The text.
 */
export function isNamespace(namespace: string): boolean {
  const { length } = new TextEncoder().encode(namespace);
  return length > 0 && length <= MAX_NAMESPACE_BYTES;
}
