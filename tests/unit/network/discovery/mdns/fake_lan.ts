import type { DnsMessage } from "../../../../../src/network/discovery/mdns/dns_message.ts";
import { isInSubnet, type Link } from "../../../../../src/network/discovery/mdns/link.ts";
import type {
  Endpoint,
  MulticastBus,
  OnMessage,
  OpenMulticastBus,
} from "../../../../../src/network/discovery/mdns/multicast_bus.ts";

/** A message that was sent. */
export interface SentMessage {
  readonly message: DnsMessage;
  readonly from: Endpoint;
  /** `undefined` if it went to everybody. */
  readonly to: Endpoint | undefined;
}

export const MDNS_PORT = 5353;

/** A link of a host in a /24 with IPv4, or in a /64 with IPv6. */
export function createLink(address: string, name = "eth0"): Link {
  const isIpv6 = address.includes(":");
  const subnets = [{ address, netmask: isIpv6 ? "ffff:ffff:ffff:ffff::" : "255.255.255.0" }];
  const family = isIpv6 ? "IPv6" : "IPv4";
  return { name, family, address, subnets, isLoopback: address.startsWith("127.") };
}

/** Some hosts on networks that exist in memory only: whoever is in a subnet hears what is sent there. */
export class FakeLan {
  readonly sent: SentMessage[] = [];
  readonly #hosts = new Set<FakeHost>();

  /** How many hosts have an open bus. */
  get openCount(): number {
    return [...this.#hosts].filter((host) => host.isOpen).length;
  }

  /** A host with a link for each address. */
  addHost(...addresses: readonly string[]): FakeHost {
    const host = new FakeHost(this);
    host.links = addresses.map((address, index) => createLink(address, `eth${index}`));
    this.#hosts.add(host);
    return host;
  }

  /** What was sent to everybody on a link, of one type. */
  multicasts(type: DnsMessage["type"], from?: string): readonly DnsMessage[] {
    return this.sent
      .filter(({ message, to }) => message.type === type && to === undefined)
      .filter((sent) => from === undefined || sent.from.address === from)
      .map(({ message }) => message);
  }

  /** Carry a message to all hosts of the subnet, or to one address. */
  carry(message: DnsMessage, from: Endpoint, to?: Endpoint): void {
    this.sent.push({ message, from, to });
    for (const host of this.#hosts) {
      const isReached = host.links.some(({ subnets }) =>
        subnets.some((subnet) =>
          to === undefined ? isInSubnet(from.address, subnet) : subnet.address === to.address
        )
      );
      if (isReached) host.hear(message, from);
    }
  }
}

/** A host on a {@linkcode FakeLan}. */
export class FakeHost {
  links: readonly Link[] = [];
  /** What sending and opening fail with. */
  failure: Error | undefined;
  /** Whether what is sent never goes out. */
  isStalled = false;
  readonly #lan: FakeLan;
  readonly #listeners = new Set<OnMessage>();

  constructor(lan: FakeLan) {
    this.#lan = lan;
  }

  get isOpen(): boolean {
    return this.#listeners.size > 0;
  }

  /** For `createMdns`. */
  readonly openBus: OpenMulticastBus = (onMessage) => {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.#listeners.add(onMessage);
    return Promise.resolve(this.#createBus(onMessage));
  };

  /** Something has come in. */
  hear(message: DnsMessage, from: Endpoint): void {
    for (const listener of this.#listeners) listener(message, from);
  }

  /** Send as the program on this host does, or as a hostile one. */
  send(message: DnsMessage, port = MDNS_PORT): void {
    for (const { address } of this.links) this.#lan.carry(message, { address, port });
  }

  #createBus(onMessage: OnMessage): MulticastBus {
    return {
      port: MDNS_PORT,
      links: () => this.links,
      send: async (message, link, to) => {
        await Promise.resolve();
        if (this.failure !== undefined) throw this.failure;
        if (this.isStalled) await new Promise<never>(() => {});
        if (!this.#listeners.has(onMessage)) throw new Error("The socket is closed");
        this.#lan.carry(message, { address: link.address, port: MDNS_PORT }, to);
      },
      [Symbol.asyncDispose]: () => {
        this.#listeners.delete(onMessage);
        return Promise.resolve();
      },
    };
  }
}
