/** What libp2p nodes of every language announce (libp2p's specification of mDNS discovery). */
export const LIBP2P_SERVICE = "_p2p._udp.local";
/** What nodes of this program announce beside it. */
export const MCPP_SERVICE = "_mcpp._udp.local";
/** What deployed Python nodes announce, through Zeroconf. */
export const ACCELERATE_SERVICE = "_mcp-accelerate._tcp.local";

/**
 * Check the name of a service (RFC 6763, section 7).
 *
 * @throws {TypeError} If it is none.
 */
export function assertServiceName(name: string): void {
  if (/^_[a-z0-9](-?[a-z0-9]){0,14}\._(udp|tcp)\.local$/.test(name)) return;
  throw new TypeError(`Cannot announce service as its name is not valid: service "${name}"`);
}
