import type { Listener, MultiaddrConnection, Transport, Upgrader } from "@libp2p/interface";
import { tcp } from "@libp2p/tcp";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { isIp6Missing } from "./listen_error.ts";

type CreateTcp = ReturnType<typeof tcp>;

const WILDCARD = /^\/ip6\/::\/tcp\/(\d+)$/;
/** An IPv4 peer as a socket for both families shows it. */
const MAPPED = /^\/ip6\/::ffff:([\da-f]{1,4}):([\da-f]{1,4})\//;

/**
 * TCP that listens on all addresses of both families with one socket: what listens on `/ip6/::/tcp/N` is
 * reached over IPv4 as well, and says so. On a host without IPv6 it listens on IPv4 only.
 *
 * Two sockets, one for each family, cannot have the same port under Deno, which has no `ipv6Only`.
 *
 * @param create Makes the transport, in place of libp2p's own.
 */
export function dualStackTcp(create: CreateTcp = tcp()): CreateTcp {
  return (components) => {
    const transport: Transport = create(components);
    const createListener = transport.createListener.bind(transport);
    transport.createListener = (options) => {
      const upgrader = withPlainAddresses(options.upgrader);
      return toDualStack(createListener({ ...options, upgrader }));
    };
    return transport;
  };
}

/**
 * Leave out what the socket for both families covers.
 *
 * @param listen Where a node is to listen, as multiaddrs.
 */
export function mergeWildcards(listen: readonly string[]): readonly string[] {
  return listen.filter((address) => {
    const port = /^\/ip4\/0\.0\.0\.0\/tcp\/(\d+)$/.exec(address)?.[1];
    return port === undefined || !listen.includes(`/ip6/::/tcp/${port}`);
  });
}

function toDualStack(listener: Listener): Listener {
  const listen = listener.listen.bind(listener);
  const getAddrs = listener.getAddrs.bind(listener);
  let isDual = false;
  listener.listen = async (address) => {
    const port = WILDCARD.exec(address.toString())?.[1];
    isDual = port !== undefined;
    try {
      await listen(address);
    } catch (error) {
      if (!isDual || !isIp6Missing(error)) throw error;
      isDual = false;
      await listen(multiaddr(`/ip4/0.0.0.0/tcp/${port}`));
    }
  };
  // With IPv4 first: it is what peers most often have.
  listener.getAddrs = () => {
    const addresses = getAddrs();
    const port = addresses[0]?.getComponents().find(({ name }) => name === "tcp")?.value;
    return isDual && port !== undefined ? [...ip4AddressesOf(port), ...addresses] : addresses;
  };
  return listener;
}

/** Of all interfaces, but not what means something on one link only. */
function ip4AddressesOf(port: string): readonly Multiaddr[] {
  return Deno.networkInterfaces()
    .filter(({ family, address }) => family === "IPv4" && !address.startsWith("169.254."))
    .map(({ address }) => multiaddr(`/ip4/${address}/tcp/${port}`));
}

/** Limits and messages are about addresses, so one host must have one address. */
function withPlainAddresses(upgrader: Upgrader): Upgrader {
  const plain: Pick<Upgrader, "upgradeInbound"> = {
    upgradeInbound: async (connection, options) => {
      const remoteAddr = toPlainAddress(connection.remoteAddr);
      const plainConnection: Pick<MultiaddrConnection, "remoteAddr"> = { remoteAddr };
      await upgrader.upgradeInbound(Object.assign(connection, plainConnection), options);
    },
  };
  return Object.assign(Object.create(upgrader), plain);
}

/** The address of an IPv4 peer, as such. */
export function toPlainAddress(address: Multiaddr): Multiaddr {
  const text = address.toString();
  const [prefix, high = "", low = ""] = MAPPED.exec(text) ?? [];
  if (prefix === undefined) return address;
  const bytes = [high, low].map((part) => parseInt(part, 16)).flatMap((
    word,
  ) => [word >> 8, word & 255]);
  return multiaddr(`/ip4/${bytes.join(".")}/${text.slice(prefix.length)}`);
}
