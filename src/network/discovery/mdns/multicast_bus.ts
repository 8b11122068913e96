import type { DnsMessage } from "./dns_message.ts";
import type { Link } from "./link.ts";

/** Where the messages of multicast DNS go to and come from: all links of this host. */
export interface MulticastBus extends AsyncDisposable {
  /** The port of the group, on which those listen who know multicast DNS. */
  readonly port: number;
  /**
   * The links as they are now. What is sent on a new one is heard from this call on.
   *
   * @throws {unknown} If this host does not tell.
   */
  links(): readonly Link[];
  /**
   * Send a message to everybody on a link, or to one of them.
   *
   * @throws {unknown} If it cannot be sent there now.
   */
  send(message: DnsMessage, link: Link, to?: Endpoint): Promise<void>;
}

/** Opens the bus. Every message is handed on, this host's own among them. */
export type OpenMulticastBus = (onMessage: OnMessage) => Promise<MulticastBus>;

/** Called for each message that was understood. It must not throw. */
export type OnMessage = (message: DnsMessage, source: Endpoint) => void;

/** One end of a datagram. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}
