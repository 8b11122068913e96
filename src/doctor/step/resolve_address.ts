import { isDnsaddr, peerIdOfAddress, resolveDnsaddr, type ResolveTxt } from "../../network/mod.ts";
import { toError, toErrorMessage } from "../../error/mod.ts";
import type { Outcome } from "../checklist.ts";
import { type Place, toPlace, withIp } from "../place.ts";

/** More addresses than this are not tried. */
const MAX_ADDRESSES = 16;

/** The IP addresses that a name stands for. */
export type ResolveHost = (name: string, family: 4 | 6 | undefined) => Promise<readonly string[]>;

/** How names are resolved. */
export interface ResolveOptions {
  readonly resolveTxt: ResolveTxt;
  readonly resolveHost: ResolveHost;
  readonly signal: AbortSignal;
}

/** An address without names. */
export interface ResolvedAddress {
  readonly multiaddr: string;
  readonly place: Place;
}

/**
 * Resolve the names in an address.
 *
 * @param multiaddr The address, well formed.
 * @param options Who resolves them.
 * @returns What can be dialled.
 */
export async function resolveAddress(
  multiaddr: string,
  options: ResolveOptions,
): Promise<Outcome<readonly ResolvedAddress[]>> {
  if (isDnsaddr(multiaddr)) return await resolveDnsaddrNames(multiaddr, options);
  const place = toPlace(multiaddr);
  if (place === undefined) return { finding: notDialable(multiaddr) };
  if (!place.isName) {
    const message = "The address holds no name";
    return { finding: { status: "skipped", message }, value: [{ multiaddr, place }] };
  }
  const addresses = await resolvePlace(multiaddr, place, options);
  if (addresses instanceof Error) {
    return { finding: notFound(place.host, toErrorMessage(addresses)) };
  }
  return found(place.host, addresses);
}

async function resolveDnsaddrNames(
  multiaddr: string,
  options: ResolveOptions,
): Promise<Outcome<readonly ResolvedAddress[]>> {
  const name = `_dnsaddr.${multiaddr.split("/")[2]}`;
  let entries: readonly string[];
  try {
    entries = await resolveDnsaddr(multiaddr, options);
  } catch (error) {
    options.signal.throwIfAborted();
    return { finding: notFound(name, toErrorMessage(error)) };
  }
  if (entries.length === 0) return { finding: empty(name, peerIdOfAddress(multiaddr)) };
  const resolved = await Promise.all(entries.map(async (entry) => {
    const place = toPlace(entry);
    if (place === undefined) return [];
    if (!place.isName) return [{ multiaddr: entry, place }];
    const addresses = await resolvePlace(entry, place, options);
    return addresses instanceof Error ? [] : addresses;
  }));
  const addresses = resolved.flat();
  if (addresses.length > 0) return found(name, addresses);
  return { finding: notFound(name, "none of the names that it leads to resolves") };
}

async function resolvePlace(
  multiaddr: string,
  place: Place,
  { resolveHost, signal }: ResolveOptions,
): Promise<readonly ResolvedAddress[] | Error> {
  try {
    const ips = await resolveHost(place.host, place.family);
    const addresses = ips.map((ip) => withIp(multiaddr, ip)).map((each) => {
      return { multiaddr: each, place: toPlace(each) ?? place };
    });
    return addresses.length > 0 ? addresses : new Error("it stands for no IP address");
  } catch (error) {
    signal.throwIfAborted();
    return toError(error);
  }
}

function found(
  name: string,
  all: readonly ResolvedAddress[],
): Outcome<readonly ResolvedAddress[]> {
  const value = all.slice(0, MAX_ADDRESSES);
  const addresses = value.map(({ multiaddr }) => multiaddr);
  const ips = value.map(({ place }) => place.host);
  return {
    finding: { status: "ok", message: `${name} is ${ips.join(", ")}`, details: { addresses } },
    value,
  };
}

function notFound(name: string, reason: string): Outcome<never>["finding"] {
  return {
    status: "failed",
    code: "name_not_resolved",
    message: `The name ${name} does not resolve: ${reason}`,
    hint: "Check the name and this machine's DNS, or give an address with an IP address",
    details: { name },
  };
}

function empty(name: string, peerId: string | undefined): Outcome<never>["finding"] {
  const whose = peerId === undefined ? "" : ` of peer ${peerId}`;
  return {
    status: "failed",
    code: "name_has_no_address",
    message: `The TXT records of ${name} hold no address${whose} that this program can dial`,
    hint: 'A record looks like "dnsaddr=/ip4/192.0.2.1/tcp/9710/p2p/12D3KooW..."',
    details: { name },
  };
}

function notDialable(multiaddr: string): Outcome<never>["finding"] {
  return {
    status: "failed",
    code: "address_not_dialable",
    message: `The address is of a kind that this program cannot dial: ${multiaddr}`,
    hint: "An address looks like /ip4/192.0.2.1/tcp/9710/p2p/12D3KooW...",
  };
}
