import { isIP, isIPv6 } from "node:net";

/** A network that this host is attached to, by one interface and with one family of addresses. */
export interface Link {
  /** Of the interface, such as `eth0`. */
  readonly name: string;
  readonly family: Family;
  /** This host's address there, from which it sends. */
  readonly address: string;
  /** All subnets of the family that the interface has. */
  readonly subnets: readonly Subnet[];
  /** Whether it leads nowhere but to this host. */
  readonly isLoopback: boolean;
}

/** The families of addresses. */
export type Family = "IPv4" | "IPv6";

/** An address of this host, and which others are beside it. */
export interface Subnet {
  readonly address: string;
  readonly netmask: string;
}

/** A host with virtual machines and containers may have many; each costs a packet per question. */
const MAX_LINKS_PER_FAMILY = 16;

/** What of an interface is needed, as `Deno.networkInterfaces()` gives it. */
export type InterfaceAddress = Pick<
  Deno.NetworkInterfaceInfo,
  "name" | "family" | "address" | "netmask"
>;

/**
 * The links of this host, those with IPv4 first.
 *
 * An interface that has link-local addresses of IPv6 only is none, as there nobody can be dialled:
 * TCP would have to be told the interface, which neither libp2p nor Deno's `node:net` does. Nor is
 * the loopback one for IPv6, as all on this host hear each other by that of IPv4.
 *
 * @param addresses What `Deno.networkInterfaces()` gives.
 * @param wanted Only these interfaces, by name or by address; all if `undefined`.
 * @returns The links, in the order of the interfaces.
 */
export function toLinks(
  addresses: readonly InterfaceAddress[],
  wanted?: readonly string[],
): readonly Link[] {
  return (["IPv4", "IPv6"] as const).flatMap((family) => {
    const own = Map.groupBy(addresses.filter((each) => each.family === family), (a) => a.name);
    return [...own].flatMap(([name, all]) => toLink(name, family, all) ?? [])
      .filter((link) => isWanted(link, wanted))
      .slice(0, MAX_LINKS_PER_FAMILY);
  });
}

/**
 * Find out by which link a packet came, which the socket does not tell. Link-local addresses of IPv6
 * are alike on all of them, so there may be several.
 *
 * @param links The links of this host.
 * @param source Who sent the packet.
 * @returns The links; none if the sender is on none of them: nobody else's packets count (RFC 6762,
 *   section 11).
 */
export function findLinks(links: readonly Link[], source: string): readonly Link[] {
  const isOwn = links.some((link) => link.subnets.some(({ address }) => address === source));
  const loopback = links.find((link) => link.isLoopback);
  if (isOwn && loopback !== undefined) return [loopback];
  const near = links.filter((link) => link.subnets.some((subnet) => isInSubnet(source, subnet)));
  return isLinkLocal(source) ? near : near.slice(0, 1);
}

/**
 * Whether an address belongs to a subnet.
 *
 * @param address The address.
 * @param subnet The subnet.
 */
export function isInSubnet(address: string, subnet: Subnet): boolean {
  const version = isIP(address);
  if (version === 0 || version !== isIP(subnet.address)) return false;
  const mask = toBits(subnet.netmask);
  return (toBits(address) & mask) === (toBits(subnet.address) & mask);
}

/**
 * Whether an address of IPv6 means something on one link only (RFC 4291, section 2.5.6).
 *
 * @param address The address.
 */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(address);
}

function toLink(
  name: string,
  family: Family,
  addresses: readonly InterfaceAddress[],
): Link | undefined {
  const subnets = addresses.map(({ address, netmask }) => ({ address, netmask }));
  if (family === "IPv6") {
    const isLoopback = addresses.some(({ address }) => address === "::1");
    if (isLoopback || addresses.every(({ address }) => isLinkLocal(address))) return undefined;
  }
  // Packets of IPv6 to a link come from the address that belongs to it.
  const { address } = subnets.find((each) => isLinkLocal(each.address)) ?? subnets[0] ?? {};
  if (address === undefined) return undefined;
  return { name, family, address, subnets, isLoopback: address.startsWith("127.") };
}

function isWanted(link: Link, wanted: readonly string[] | undefined): boolean {
  if (wanted === undefined) return true;
  return wanted.includes(link.name) ||
    link.subnets.some(({ address }) => wanted.includes(address));
}

function toBits(address: string): bigint {
  return isIPv6(address) ? toIpv6Bits(address) : joinBits(address.split(".").map(Number), 8n);
}

function toIpv6Bits(address: string): bigint {
  // An address of IPv4 at the end stands for two groups (RFC 4291, section 2.2).
  const text = address.replace(/%.*/, "").replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a, b, c, d) => [a << 8 | b, c << 8 | d].map((group) => group.toString(16)).join(":"),
  );
  const [start = [], end = []] = text.split("::").map((part) => part === "" ? [] : part.split(":"));
  const missing = Array<string>(8 - start.length - end.length).fill("0");
  return joinBits([...start, ...missing, ...end].map((group) => parseInt(group, 16)), 16n);
}

function joinBits(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((bits, part) => bits << width | BigInt(part), 0n);
}
