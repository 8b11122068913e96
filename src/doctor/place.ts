/** Where an address says that a node listens, without who it is. */
export interface Place {
  /** An IP address, or a name. */
  readonly host: string;
  /** Which kind of addresses the name stands for; `undefined` for both. */
  readonly family: 4 | 6 | undefined;
  /** Whether the host is a name. */
  readonly isName: boolean;
  /** The TCP port. */
  readonly port: number;
}

const PLACE = /^\/(ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d+)(?=\/|$)/;
const ZONE = /^\/ip6zone\/([^/]+)(?=\/ip6\/)/;

/**
 * Read the beginning of an address: of one that leads through a relay, where the relay is.
 *
 * @param multiaddr The address.
 * @returns The place; `undefined` if it is none that can be reached over TCP.
 */
export function toPlace(multiaddr: string): Place | undefined {
  const zone = ZONE.exec(multiaddr)?.[1];
  const [, kind, name = "", port] = PLACE.exec(multiaddr.replace(ZONE, "")) ?? [];
  if (kind === undefined) return undefined;
  return {
    host: zone === undefined ? name : `${name}%${zone}`,
    family: kind === "dns" ? undefined : kind.endsWith("4") ? 4 : 6,
    isName: kind.startsWith("dns"),
    port: Number(port),
  };
}

/**
 * The same address with an IP address in place of the name.
 *
 * @param multiaddr An address that begins with a name.
 * @param ip The IP address.
 * @returns The address.
 */
export function withIp(multiaddr: string, ip: string): string {
  return multiaddr.replace(/^\/[^/]+\/[^/]+/, `/${ip.includes(":") ? "ip6" : "ip4"}/${ip}`);
}

/**
 * A place for people.
 *
 * @param place The place.
 * @returns Host and port.
 */
export function toText({ host, port }: Pick<Place, "host" | "port">): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
