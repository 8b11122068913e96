import { isIPv4, isIPv6 } from "node:net";
import type {
  AddressRecord,
  DnsMessage,
  DnsRecord,
  ServiceRecord,
  TextRecord,
} from "./dns_message.ts";
import { isLinkLocal } from "./link.ts";

/** Who is behind a reflector or on a busy host sends for several; a liar for any number. */
const MAX_INSTANCES = 32;
const MAX_ADDRESSES = 16;
const MAX_PORT = 65_535;
/** Base58 of a hash or of a key, as all libp2p nodes write their ids. */
const PEER_ID = /^(Qm|1)[1-9A-HJ-NP-Za-km-z]{40,110}$/;
const MULTIADDR =
  /^\/(?:(ip4|ip6)|dns[46]?|dnsaddr)\/([^/]+)(?:\/(?:tcp|udp)\/(\d+))?(\/[!-.0-~]+){0,30}$/;

/** What somebody says in a message. */
export interface Announcement {
  /** The full name of the instance, which is what a goodbye names. */
  readonly instance: string;
  /** The peer, or `undefined` if the instance takes its leave. */
  readonly peer: AnnouncedPeer | undefined;
}

/** Who an instance says to be. */
export interface AnnouncedPeer {
  readonly peerId: string;
  readonly multiaddrs: readonly string[];
  readonly ttlSeconds: number;
}

/**
 * Read who is announced in a response. What is malformed is left out; nothing is proven.
 *
 * @param message The response.
 * @param services Which services count.
 */
export function readAnnouncements(
  message: DnsMessage,
  services: readonly string[],
): readonly Announcement[] {
  const records = [...message.answers, ...message.additionals];
  const instances = new Map<string, number>();
  for (const record of records) {
    if (record.type !== "PTR" || !services.includes(record.name)) continue;
    if (!record.target.endsWith(`.${record.name}`)) continue;
    if (instances.size < MAX_INSTANCES) instances.set(record.target, record.ttlSeconds);
  }
  return [...instances].flatMap(([instance, ttlSeconds]): readonly Announcement[] => {
    if (ttlSeconds === 0) return [{ instance, peer: undefined }];
    const peer = readPeer(instance, records);
    return peer === undefined ? [] : [{ instance, peer: { ...peer, ttlSeconds } }];
  });
}

type PeerWithAddresses = Pick<AnnouncedPeer, "peerId" | "multiaddrs">;

function readPeer(
  instance: string,
  records: readonly DnsRecord[],
): PeerWithAddresses | undefined {
  const isText = (record: DnsRecord): record is TextRecord =>
    record.type === "TXT" && record.name === instance;
  const strings = records.filter(isText).flatMap(({ strings }) => strings);
  const stated = readFirst(strings, /^(?:id|peer_id)=(.*)$/);
  // One string each (`dnsaddr=`), or numbered as keys of a table (`dnsaddr2=`).
  const addresses = readAll(strings, /^dnsaddr\d*=(.*)$/).filter(isMultiaddr);
  const peerId = stated ?? addresses.map(lastPeerId).find((id) => id !== undefined);
  if (peerId === undefined || !PEER_ID.test(peerId)) return undefined;
  const own = addresses.filter((address) => (lastPeerId(address) ?? peerId) === peerId);
  const multiaddrs = (own.length > 0 ? own : readLocation(instance, records)).map((address) =>
    lastPeerId(address) === undefined ? `${address}/p2p/${peerId}` : address
  );
  if (multiaddrs.length === 0) return undefined;
  return { peerId, multiaddrs: [...new Set(multiaddrs)].slice(0, MAX_ADDRESSES) };
}

/** The older form: the SRV record's port, which means TCP whatever the service is called. */
function readLocation(instance: string, records: readonly DnsRecord[]): readonly string[] {
  const service = records.find((record): record is ServiceRecord =>
    record.type === "SRV" && record.name === instance
  );
  if (service === undefined || service.port === 0) return [];
  return records
    .filter((record): record is AddressRecord =>
      (record.type === "A" || record.type === "AAAA") && record.name === service.host
    )
    // It would have to be said on which link.
    .filter(({ address }) => !isLinkLocal(address))
    .map(({ type, address }) => `/${type === "A" ? "ip4" : "ip6"}/${address}/tcp/${service.port}`);
}

/** As much as can be said without a table of all protocols. */
function isMultiaddr(text: string): boolean {
  const [whole, family, host = "", port = "0"] = MULTIADDR.exec(text) ?? [];
  if (whole === undefined || Number(port) > MAX_PORT) return false;
  if (family === undefined) return /^[a-z0-9.-]+$/i.test(host);
  return family === "ip4" ? isIPv4(host) : isIPv6(host);
}

/** A relayed address names the relay as well; the peer itself comes last. */
function lastPeerId(multiaddr: string): string | undefined {
  return /.*\/p2p\/([^/]+)$/.exec(multiaddr)?.[1];
}

function readFirst(strings: readonly string[], pattern: RegExp): string | undefined {
  return readAll(strings, pattern)[0];
}

function readAll(strings: readonly string[], pattern: RegExp): readonly string[] {
  return strings.flatMap((text) => pattern.exec(text)?.[1] ?? []);
}
