import type { Multiaddr } from "@multiformats/multiaddr";

const IPV6_NETWORK_GROUPS = 4;
const IPV6_GROUPS = 8;

/**
 * What all connections from one place have in common: the IP address, or the network of an IPv6 address,
 * of which one host has as many as it likes, or the relay.
 *
 * @param multiaddr Where a connection comes from.
 * @returns The place; `undefined` if the address does not say.
 */
export function hostOf(multiaddr: Multiaddr): string | undefined {
  const components = multiaddr.getComponents();
  if (components.some(({ name }) => name === "p2p-circuit")) {
    return components.find(({ name }) => name === "p2p")?.value;
  }
  const [first] = components.filter(({ name }) => name !== "ip6zone");
  if (first?.value === undefined) return undefined;
  return first.name === "ip6" ? toIp4(first.value) ?? toNetwork(first.value) : first.value;
}

/** Whether it is this very host. */
export function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === toNetwork("::1");
}

/** The address that one of IPv4 has on a socket for both families. */
function toIp4(address: string): string | undefined {
  const mapped = /^::ffff:(.*)$/i.exec(address)?.[1] ?? "";
  if (mapped.includes(".")) return mapped;
  const [high, low] = mapped.split(":").map((group) => parseInt(group, 16));
  if (high === undefined || low === undefined) return undefined;
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

function toNetwork(address: string): string {
  const [head = "", tail] = address.split("::");
  const before = toGroups(head);
  const after = toGroups(tail ?? "");
  const zeros = tail === undefined ? 0 : IPV6_GROUPS - before.length - after.length;
  const groups = [...before, ...Array.from({ length: zeros }, () => "0"), ...after];
  return `${groups.slice(0, IPV6_NETWORK_GROUPS).join(":")}::/64`;
}

function toGroups(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}
