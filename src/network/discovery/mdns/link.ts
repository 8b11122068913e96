/** A network that this host is attached to, by one interface. */
export interface Link {
  /** Of the interface, such as `eth0`. */
  readonly name: string;
  /** This host's IPv4 address there, from which it sends. */
  readonly address: string;
  /** All IPv4 subnets of the interface. */
  readonly subnets: readonly Subnet[];
  /** Whether it leads nowhere but to this host. */
  readonly isLoopback: boolean;
}

/** An address of this host, and which others are beside it. */
export interface Subnet {
  readonly address: string;
  readonly netmask: string;
}

/** A host with virtual machines and containers may have many; each costs a packet per question. */
const MAX_LINKS = 16;

/** What of an interface is needed, as `Deno.networkInterfaces()` gives it. */
export type InterfaceAddress = Pick<
  Deno.NetworkInterfaceInfo,
  "name" | "family" | "address" | "netmask"
>;

/**
 * The links of this host.
 *
 * @param addresses What `Deno.networkInterfaces()` gives.
 * @param wanted Only these interfaces, by name or by address; all if `undefined`.
 * @returns The links, in the order of the interfaces.
 */
export function toLinks(
  addresses: readonly InterfaceAddress[],
  wanted?: readonly string[],
): readonly Link[] {
  const byName = Map.groupBy(addresses.filter(({ family }) => family === "IPv4"), (a) => a.name);
  const links = [...byName].flatMap(([name, [first, ...others]]): readonly Link[] => {
    if (first === undefined) return [];
    const subnets = [first, ...others].map(({ address, netmask }) => ({ address, netmask }));
    const { address } = first;
    return [{ name, address, subnets, isLoopback: address.startsWith("127.") }];
  });
  return links.filter((link) => isWanted(link, wanted)).slice(0, MAX_LINKS);
}

/**
 * Find out by which link a packet came, which the socket does not tell.
 *
 * @param links The links of this host.
 * @param source Who sent the packet.
 * @returns The link, or `undefined` if the sender is on none of them: nobody else's packets count
 *   (RFC 6762, section 11).
 */
export function findLink(links: readonly Link[], source: string): Link | undefined {
  const isOwn = links.some((link) => link.subnets.some(({ address }) => address === source));
  const loopback = links.find((link) => link.isLoopback);
  if (isOwn && loopback !== undefined) return loopback;
  return links.find((link) => link.subnets.some((subnet) => isInSubnet(source, subnet)));
}

/**
 * Whether an IPv4 address belongs to a subnet.
 *
 * @param address The address.
 * @param subnet The subnet.
 */
export function isInSubnet(address: string, subnet: Subnet): boolean {
  const mask = toBits(subnet.netmask);
  return address.includes(".") && (toBits(address) & mask) === (toBits(subnet.address) & mask);
}

function isWanted(link: Link, wanted: readonly string[] | undefined): boolean {
  if (wanted === undefined) return true;
  return wanted.includes(link.name) ||
    link.subnets.some(({ address }) => wanted.includes(address));
}

function toBits(address: string): number {
  return address.split(".").reduce((bits, part) => bits << 8 | Number(part), 0);
}
