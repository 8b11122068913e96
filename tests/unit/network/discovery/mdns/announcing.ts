import type {
  DnsMessage,
  DnsRecord,
} from "../../../../../src/network/discovery/mdns/dns_message.ts";
import { LIBP2P_SERVICE } from "../../../../../src/network/discovery/mdns/service_name.ts";

/** What an announcement of one instance is made of. */
export interface AnnouncementOptions {
  readonly service?: string;
  readonly label?: string;
  readonly ttlSeconds?: number;
  readonly strings?: readonly string[];
  readonly additionals?: readonly DnsRecord[];
}

/** A response that announces an instance with these strings. */
export function createAnnouncement(options: AnnouncementOptions): DnsMessage {
  const { service = LIBP2P_SERVICE, label = "someone", ttlSeconds = 120 } = options;
  const { strings = [], additionals = [] } = options;
  const name = `${label}.${service}`;
  return {
    type: "response",
    questions: [],
    answers: [{ name: service, type: "PTR", ttlSeconds, target: name }],
    additionals: [{ name, type: "TXT", ttlSeconds, strings }, ...additionals],
  };
}

/** A question for the instances of a service. */
export function createQuery(service: string, options: Partial<DnsMessage> = {}): DnsMessage {
  return {
    type: "query",
    questions: [{ name: service, type: "PTR" }],
    answers: [],
    additionals: [],
    ...options,
  };
}
