import { rankMultiaddrs } from "../rank_multiaddrs.ts";
import type { AddressRecord, DnsMessage, DnsRecord, PointerRecord } from "./dns_message.ts";
import { isInSubnet, isLinkLocal, type Link } from "./link.ts";

/** As long as libp2p nodes say; who does not answer for so long is not there. */
export const TTL_SECONDS = 120;
/** A message has to fit into one packet, and packets into the smallest links there are. */
const MAX_ADDRESSES = 8;
const MAX_TEXT_BYTES = 800;
/** The longest string that a TXT record can hold. */
const MAX_STRING_BYTES = 255;
/** Plain TCP, which is what an SRV record stands for with the Python nodes that read it. */
const TCP_ADDRESS = /^\/(ip[46])\/([0-9a-f.:]+)\/tcp\/(\d+)\/p2p\/[^/]+$/;

/** Who is announced, and under which name. */
export interface AdvertisementOptions {
  readonly service: string;
  /** The instance's own label. */
  readonly label: string;
  readonly peerId: string;
  /** Each ending in `/p2p/<peerId>`, best first. */
  readonly multiaddrs: readonly string[];
}

/**
 * The addresses of this node that are worth announcing on a link, those of that link first.
 *
 * @param multiaddrs Where the node can be dialled.
 * @param link Where it is announced.
 */
export function selectMultiaddrs(multiaddrs: readonly string[], link: Link): readonly string[] {
  const usable = multiaddrs.filter((address) => isUsable(address, link));
  const isNear = (address: string): boolean => isOnLink(address, link);
  const ranked = rankMultiaddrs(usable);
  const sorted = [...ranked.filter(isNear), ...ranked.filter((address) => !isNear(address))];
  let bytes = 0;
  return sorted.slice(0, MAX_ADDRESSES).filter((address) => {
    bytes += toText(address).length + 1;
    return bytes <= MAX_TEXT_BYTES;
  });
}

/**
 * What a node says about itself: in the form of libp2p's specification (`dnsaddr=`), and in the one
 * that older Python nodes read (`id=`, with the port in an SRV record, and addresses).
 */
export function createAdvertisement(options: AdvertisementOptions): DnsMessage {
  const { service, label, peerId, multiaddrs } = options;
  const name = `${label}.${service}`;
  const text: DnsRecord = {
    ...{ name, type: "TXT", ttlSeconds: TTL_SECONDS, isUnique: true },
    strings: [...multiaddrs.map(toText), `id=${peerId}`],
  };
  const located = createLocation(name, options);
  return createResponse([createPointer(options)], [text, ...located]);
}

/** What takes an advertisement back: the same with no time to live (RFC 6762, section 10.1). */
export function createGoodbye(
  options: Pick<AdvertisementOptions, "service" | "label">,
): DnsMessage {
  return createResponse([createPointer(options, 0)], []);
}

/** The record that leads to an instance. */
export function createPointer(
  { service, label }: Pick<AdvertisementOptions, "service" | "label">,
  ttlSeconds: number = TTL_SECONDS,
): PointerRecord {
  return { name: service, type: "PTR", ttlSeconds, target: `${label}.${service}` };
}

/** The name of the host that an instance is on: of its own, as several nodes may be on one. */
export function toHostName(label: string): string {
  return `${label}.local`;
}

function createResponse(
  answers: readonly DnsRecord[],
  additionals: readonly DnsRecord[],
): DnsMessage {
  return { type: "response", questions: [], answers, additionals };
}

/** Port and addresses, of which there can be only those with one port. */
function createLocation(name: string, options: AdvertisementOptions): readonly DnsRecord[] {
  const located = options.multiaddrs.flatMap((multiaddr) => {
    const [, family, address = "", port] = TCP_ADDRESS.exec(multiaddr) ?? [];
    return port === undefined ? [] : [{ isIpv4: family === "ip4", address, port: Number(port) }];
  });
  const first = located.find(({ isIpv4 }) => isIpv4) ?? located[0];
  if (first === undefined) return [];
  const host = toHostName(options.label);
  const base = { ttlSeconds: TTL_SECONDS, isUnique: true };
  const hosts = located.filter(({ port }) => port === first.port).map((
    { isIpv4, address },
  ): AddressRecord => ({ ...base, name: host, type: isIpv4 ? "A" : "AAAA", address }));
  return [{ ...base, name, type: "SRV", host, port: first.port }, ...hosts];
}

/**
 * Others cannot dial this host's loopback, and whoever is here hears it by the loopback link. An
 * address of IPv6 that means something on one link only cannot be dialled without saying on which.
 */
function isUsable(multiaddr: string, link: Link): boolean {
  const address = hostOf(multiaddr);
  if (address === undefined || multiaddr.includes("/p2p-circuit")) return false;
  if (address === "0.0.0.0" || address === "::" || isLinkLocal(address)) return false;
  if (toText(multiaddr).length > MAX_STRING_BYTES) return false;
  return link.isLoopback || !(address.startsWith("127.") || address === "::1");
}

function isOnLink(multiaddr: string, link: Link): boolean {
  const address = hostOf(multiaddr);
  return address !== undefined && link.subnets.some((subnet) => isInSubnet(address, subnet));
}

function hostOf(multiaddr: string): string | undefined {
  return /^\/ip[46]\/([0-9a-f.:]+)\//i.exec(multiaddr)?.[1];
}

function toText(multiaddr: string): string {
  return `dnsaddr=${multiaddr}`;
}
