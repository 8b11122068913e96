import { createSocket, type Socket } from "node:dgram";
import createMulticastDns, { type MulticastDNS } from "multicast-dns";
import { Limiter } from "../../../concurrency/mod.ts";
import { fromDnsMessage, toDnsMessage } from "./dns_codec.ts";
import type { DnsMessage } from "./dns_message.ts";
import { MdnsUnavailableError } from "./errors.ts";
import { type Link, toLinks } from "./link.ts";
import type { Endpoint, MulticastBus, OnMessage } from "./multicast_bus.ts";

/** The group and the port of multicast DNS (RFC 6762, section 3). */
const GROUP = "224.0.0.251";
const DEFAULT_PORT = 5353;
/** Not to be forwarded by a router, and seen not to have been (RFC 6762, section 11). */
const MULTICAST_TTL = 255;
/** Sending takes no time, unless something is wrong. */
const MAX_WAITING_SENDS = 256;

/** What {@linkcode openMulticastBus} can be told. */
export interface MulticastBusOptions {
  /** Only these interfaces, by name or by address. @default {all} */
  readonly interfaces?: readonly string[] | undefined;
  /** @default {5353} */
  readonly port?: number | undefined;
}

/**
 * Open the socket for multicast DNS, shared with the other programs on this host that use it.
 *
 * There is one for all links. The system would choose the link by its routes, and refuse when there
 * is none; so each message is told by which link to go.
 *
 * @throws {MdnsUnavailableError} If there can be no such socket.
 */
export async function openMulticastBus(
  onMessage: OnMessage,
  options: MulticastBusOptions = {},
): Promise<MulticastBus> {
  const { interfaces, port = DEFAULT_PORT } = options;
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  try {
    await bind(socket, port);
    socket.setMulticastTTL(MULTICAST_TTL);
    // Nodes on one host find each other in this way, too.
    socket.setMulticastLoopback(true);
  } catch (error) {
    socket.close();
    throw new MdnsUnavailableError(`its UDP port cannot be shared: port "${port}"`, error);
  }
  return new UdpMulticastBus({ socket, port, interfaces, onMessage });
}

interface UdpMulticastBusDeps {
  readonly socket: Socket;
  readonly port: number;
  readonly interfaces: readonly string[] | undefined;
  readonly onMessage: OnMessage;
}

class UdpMulticastBus implements MulticastBus {
  readonly port: number;
  readonly #socket: Socket;
  readonly #mdns: MulticastDNS;
  readonly #interfaces: readonly string[] | undefined;
  // The link is a setting of the socket, so one message goes after the other.
  readonly #sending = new Limiter(1, { maxWaiting: MAX_WAITING_SENDS });

  constructor({ socket, port, interfaces, onMessage }: UdpMulticastBusDeps) {
    this.port = port;
    this.#socket = socket;
    this.#interfaces = interfaces;
    // The package is left the packets; it would join and send by the default route only.
    this.#mdns = createMulticastDns({ socket, port, ip: GROUP, bind: false, multicast: false });
    this.#mdns.on("packet", (packet, source) => onMessage(toDnsMessage(packet), source));
    // Garbage from the network, and errors of a send, which the sender is told as well.
    this.#mdns.on("warning", ignore);
    this.#mdns.on("error", ignore);
  }

  links(): readonly Link[] {
    const links = toLinks(Deno.networkInterfaces(), this.#interfaces);
    // Each time anew, as nobody tells when an interface is another one by the same name.
    for (const { address } of links) this.#tryJoin(address);
    return links;
  }

  async send(message: DnsMessage, link: Link, to?: Endpoint): Promise<void> {
    await this.#sending.run(async () => {
      this.#socket.setMulticastInterface(link.address);
      await this.#send(message, to);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#mdns.destroy(resolve));
  }

  /** As a rule it is a member already. What else is wrong shows when something is sent there. */
  #tryJoin(address: string): boolean {
    try {
      this.#socket.addMembership(GROUP, address);
      return true;
    } catch {
      return false;
    }
  }

  #send(message: DnsMessage, to: Endpoint | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onSent = (error?: Error | null): void => error ? reject(error) : resolve();
    const packet = fromDnsMessage(message);
    const target = to ?? { address: GROUP, port: this.port };
    if (message.type === "query") this.#mdns.query(packet, target, onSent);
    else this.#mdns.respond(packet, target, onSent);
    return promise;
  }
}

function bind(socket: Socket, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("error", reject);
  socket.bind(port, "0.0.0.0", () => {
    socket.off("error", reject);
    resolve();
  });
  return promise;
}

function ignore(): void {}
