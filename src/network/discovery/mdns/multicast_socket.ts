import { createSocket, type Socket } from "node:dgram";
import createMulticastDns, { type MulticastDNS } from "multicast-dns";
import { Limiter } from "../../../concurrency/mod.ts";
import { fromDnsMessage, toDnsMessage } from "./dns_codec.ts";
import type { DnsMessage } from "./dns_message.ts";
import { type Family, isLinkLocal, type Link } from "./link.ts";
import type { Endpoint, OnMessage } from "./multicast_bus.ts";

/** The group of multicast DNS (RFC 6762, section 3). */
const GROUPS: Readonly<Record<Family, string>> = { IPv4: "224.0.0.251", IPv6: "ff02::fb" };
/** Not to be forwarded by a router, and seen not to have been (RFC 6762, section 11). */
const MULTICAST_TTL = 255;
/** Sending takes no time, unless something is wrong. */
const MAX_WAITING_SENDS = 256;

/** What a {@linkcode MulticastSocket} is opened with. */
export interface MulticastSocketOptions {
  readonly family: Family;
  readonly port: number;
  readonly onMessage: OnMessage;
}

/**
 * A socket for multicast DNS with one family of addresses, shared with the other programs on this
 * host that use it.
 *
 * There is one for all links. The system would choose the link by its routes, and refuse when there
 * is none; so each message is told by which link to go.
 */
export class MulticastSocket implements AsyncDisposable {
  readonly #group: string;
  readonly #port: number;
  readonly #socket: Socket;
  readonly #mdns: MulticastDNS;
  // The link is a setting of the socket, so one message goes after the other.
  readonly #sending = new Limiter(1, { maxWaiting: MAX_WAITING_SENDS });

  /**
   * Open a socket.
   *
   * @throws {unknown} If there can be no such socket.
   */
  static async open(options: MulticastSocketOptions): Promise<MulticastSocket> {
    const { family, port } = options;
    const socket = family === "IPv4"
      ? createSocket({ type: "udp4", reuseAddr: true })
      : createSocket({ type: "udp6", reuseAddr: true, ipv6Only: true });
    try {
      await bind(socket, { port, address: family === "IPv4" ? "0.0.0.0" : "::" });
      socket.setMulticastTTL(MULTICAST_TTL);
      // Nodes on one host find each other in this way, too.
      socket.setMulticastLoopback(true);
      return new MulticastSocket(socket, options);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  private constructor(socket: Socket, { family, port, onMessage }: MulticastSocketOptions) {
    const ip = this.#group = GROUPS[family];
    this.#port = port;
    this.#socket = socket;
    // The package is left the packets; it would join and send by the default route only.
    this.#mdns = createMulticastDns({ socket, port, ip, bind: false, multicast: false });
    this.#mdns.on("packet", (packet, source) => onMessage(toDnsMessage(packet), source));
    // Garbage from the network, and errors of a send, which the sender is told as well.
    this.#mdns.on("warning", ignore);
    this.#mdns.on("error", ignore);
  }

  /** Hear what is sent on a link. As a rule it is heard already; what else is wrong shows later. */
  tryJoin(link: Link): boolean {
    try {
      this.#socket.addMembership(this.#group, toInterface(link));
      return true;
    } catch {
      return false;
    }
  }

  /** Send a message to everybody on a link, or to one of them. */
  async send(message: DnsMessage, link: Link, to: Endpoint | undefined): Promise<void> {
    await this.#sending.run(async () => {
      this.#socket.setMulticastInterface(toInterface(link));
      await this.#send(message, to === undefined ? undefined : toReachable(to, link));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#mdns.destroy(resolve));
  }

  #send(message: DnsMessage, to: Endpoint | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onSent = (error?: Error | null): void => error ? reject(error) : resolve();
    const packet = fromDnsMessage(message);
    const target = to ?? { address: this.#group, port: this.#port };
    if (message.type === "query") this.#mdns.query(packet, target, onSent);
    else this.#mdns.respond(packet, target, onSent);
    return promise;
  }
}

/** How a socket is told an interface: by its address, or by its name where addresses are not unique. */
function toInterface({ family, address, name }: Link): string {
  return family === "IPv4" ? address : `::%${name}`;
}

function toReachable({ address, port }: Endpoint, { name }: Link): Endpoint {
  return { address: isLinkLocal(address) ? `${address}%${name}` : address, port };
}

function bind(socket: Socket, options: Endpoint): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("error", reject);
  socket.bind(options.port, options.address, () => {
    socket.off("error", reject);
    resolve();
  });
  return promise;
}

function ignore(): void {}
