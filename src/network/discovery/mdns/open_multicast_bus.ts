import { MdnsUnavailableError } from "./errors.ts";
import { type Link, toLinks } from "./link.ts";
import type { MulticastBus, OnMessage } from "./multicast_bus.ts";
import { MulticastSocket } from "./multicast_socket.ts";

/** The port of multicast DNS (RFC 6762, section 3). */
const DEFAULT_PORT = 5353;

/** What {@linkcode openMulticastBus} can be told. */
export interface MulticastBusOptions {
  /** Only these interfaces, by name or by address. @default {all} */
  readonly interfaces?: readonly string[] | undefined;
  /** @default {5353} */
  readonly port?: number | undefined;
}

/**
 * Open the sockets for multicast DNS: one for IPv4, and one for IPv6 unless this host has none.
 *
 * @throws {MdnsUnavailableError} If there can be no such sockets.
 */
export async function openMulticastBus(
  onMessage: OnMessage,
  options: MulticastBusOptions = {},
): Promise<MulticastBus> {
  const { interfaces, port = DEFAULT_PORT } = options;
  await using opened = new AsyncDisposableStack();
  const ipv4 = opened.use(await openIpv4(port, onMessage));
  const ipv6 = opened.use(await tryOpenIpv6(port, onMessage));
  const socketOf = ({ family }: Link): MulticastSocket | null => family === "IPv4" ? ipv4 : ipv6;
  const owned = opened.move();
  return {
    port,
    links: () => {
      const links = toLinks(Deno.networkInterfaces(), interfaces)
        .filter((link) => socketOf(link) !== null);
      // Each time anew, as nobody tells when an interface is another one by the same name.
      for (const link of links) socketOf(link)?.tryJoin(link);
      return links;
    },
    send: async (message, link, to) => {
      await socketOf(link)?.send(message, link, to);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function openIpv4(port: number, onMessage: OnMessage): Promise<MulticastSocket> {
  try {
    return await MulticastSocket.open({ family: "IPv4", port, onMessage });
  } catch (error) {
    throw new MdnsUnavailableError(`its UDP port cannot be shared: port "${port}"`, error);
  }
}

/** There are hosts without IPv6; they find the others by IPv4. */
async function tryOpenIpv6(port: number, onMessage: OnMessage): Promise<MulticastSocket | null> {
  try {
    return await MulticastSocket.open({ family: "IPv6", port, onMessage });
  } catch {
    return null;
  }
}
