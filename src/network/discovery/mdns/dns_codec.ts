import type createMulticastDns from "multicast-dns";
import type { DnsMessage, DnsQuestion, DnsQuestionType, DnsRecord } from "./dns_message.ts";

/** A packet of 9,000 bytes, the largest allowed, holds about as many (RFC 6762, section 17). */
const MAX_RECORDS = 256;
const MAX_QUESTIONS = 64;
/** `IN` with the top bit set, which asks for a unicast answer; the package has no name for it. */
const UNICAST_CLASS = "UNKNOWN_32769";
const QUESTION_TYPES: ReadonlySet<string> = new Set(["PTR", "TXT", "SRV", "A", "AAAA", "ANY"]);

/** As the `multicast-dns` package gives and takes them. */
export type DnsPacket =
  & Omit<createMulticastDns.QueryOutgoingPacket, "answers">
  & createMulticastDns.ResponseOutgoingPacket;
type Question = DnsPacket["questions"][number];
type Answer = DnsPacket["answers"][number];

/**
 * Take a packet apart. Records and questions of other types are left
 * out, and so is what is too many.
 *
 * @param packet The packet, from anybody.
 * @returns The message.
 */
export function toDnsMessage(packet: DnsPacket): DnsMessage {
  const { questions, answers, additionals = [] } = packet;
  return {
    type: packet.type === "response" ? "response" : "query",
    id: packet.id,
    questions: questions.slice(0, MAX_QUESTIONS).flatMap(toQuestion),
    answers: answers.slice(0, MAX_RECORDS).flatMap(toRecord),
    additionals: additionals.slice(0, MAX_RECORDS).flatMap(toRecord),
  };
}

/**
 * Make a packet. Each is sent once, as the package changes the packets that it is given.
 *
 * @param message The message.
 * @returns A packet of its own.
 */
export function fromDnsMessage(message: DnsMessage): DnsPacket {
  return {
    type: message.type,
    id: message.id ?? 0,
    questions: message.questions.map(({ name, type }) => ({ name, type } as Question)),
    answers: message.answers.map(fromRecord),
    additionals: message.additionals.map(fromRecord),
  };
}

function toQuestion({ name, type, class: klass }: Question): readonly DnsQuestion[] {
  if (!QUESTION_TYPES.has(type)) return [];
  const wantsUnicast = (klass as string | undefined) === UNICAST_CLASS;
  return [{ name: name.toLowerCase(), type: type as DnsQuestionType, wantsUnicast }];
}

function toRecord(answer: Answer): readonly DnsRecord[] {
  if (!("ttl" in answer)) return [];
  const base = { name: answer.name.toLowerCase(), ttlSeconds: answer.ttl ?? 0 };
  switch (answer.type) {
    case "PTR":
      return [{ ...base, type: "PTR", target: answer.data.toLowerCase() }];
    case "TXT":
      return [{ ...base, type: "TXT", strings: [answer.data].flat().map(String) }];
    case "SRV": {
      const { target, port } = answer.data;
      return [{ ...base, type: "SRV", host: target.toLowerCase(), port }];
    }
    case "A":
    case "AAAA":
      return [{ ...base, type: answer.type, address: answer.data }];
    default:
      return [];
  }
}

function fromRecord(record: DnsRecord): Answer {
  const { name, ttlSeconds: ttl, isUnique: flush = false } = record;
  switch (record.type) {
    case "PTR":
      return { name, ttl, flush, type: "PTR", data: record.target };
    case "TXT":
      return { name, ttl, flush, type: "TXT", data: [...record.strings] };
    case "SRV":
      return { name, ttl, flush, type: "SRV", data: { target: record.host, port: record.port } };
    default:
      return { name, ttl, flush, type: record.type, data: record.address };
  }
}
