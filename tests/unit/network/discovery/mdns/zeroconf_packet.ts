import { Buffer } from "node:buffer";

/** What a program has registered with python-zeroconf. */
export interface ZeroconfService {
  /** Such as `_p2p._udp.local`. */
  readonly type: string;
  /** The instance's own label. */
  readonly label: string;
  /** The name of the host, as the program has called it. */
  readonly server: string;
  readonly port: number;
  /** IPv4. */
  readonly address: string;
  /** `key=value`, each a string of the TXT record. */
  readonly properties: readonly string[];
}

const [IN, IN_UNIQUE] = [1, 0x8001];
const [A, PTR, TXT, SRV, NSEC] = [1, 12, 16, 33, 47];
const [HOST_TTL, OTHER_TTL] = [120, 4_500];

/**
 * The packet in which python-zeroconf announces a service: all records are answers, and every name is
 * shortened by what stands before it in the packet (RFC 1035, section 4.1.4).
 */
export function zeroconfAnnouncement(service: ZeroconfService): Uint8Array {
  const packet = new Packet({ answers: 4, additionals: 0 });
  for (const write of recordsOf(service)) write(packet, 1);
  return packet.bytes();
}

/**
 * The packet with which it answers a question for a service: the instance is the answer and the rest
 * comes with it, that the host has no IPv6 among it (RFC 6762, section 6.1).
 */
export function zeroconfAnswer(service: ZeroconfService): Uint8Array {
  const packet = new Packet({ answers: 1, additionals: 4 });
  for (const write of recordsOf(service)) write(packet, 1);
  packet.record([service.server, NSEC, IN_UNIQUE, HOST_TTL], () => {
    packet.name(service.server);
    // One block of the bitmap, in which only the bit of A is set.
    packet.raw(0, 1, 0x80 >> A);
  });
  return packet.bytes();
}

/** The packet with which it takes a service back: the same, with no time to live. */
export function zeroconfGoodbye(service: ZeroconfService): Uint8Array {
  const packet = new Packet({ answers: 4, additionals: 0 });
  for (const write of recordsOf(service)) write(packet, 0);
  return packet.bytes();
}

/** The query that it sends before it announces anything, to find out whether the name is free. */
export function zeroconfProbe(service: ZeroconfService): Uint8Array {
  const packet = new Packet({ questions: 1, authorities: 1 });
  packet.name(service.type);
  packet.raw(0, PTR, 0, IN);
  recordsOf(service)[0]?.(packet, 1);
  return packet.bytes();
}

type WriteRecord = (packet: Packet, life: 0 | 1) => void;

function recordsOf(service: ZeroconfService): readonly WriteRecord[] {
  const { type, label, server, port, address, properties } = service;
  const name = `${label}.${type}`;
  return [
    (packet, life) => packet.record([type, PTR, IN, OTHER_TTL * life], () => packet.name(name)),
    (packet, life) =>
      packet.record([name, SRV, IN_UNIQUE, HOST_TTL * life], () => {
        packet.raw(0, 0, 0, 0, port >> 8, port & 255);
        packet.name(server);
      }),
    (packet, life) =>
      packet.record([name, TXT, IN_UNIQUE, OTHER_TTL * life], () => {
        for (const each of properties) packet.raw(each.length, ...Buffer.from(each));
      }),
    (packet, life) =>
      packet.record([server, A, IN_UNIQUE, HOST_TTL * life], () => {
        packet.raw(...address.split(".").map(Number));
      }),
  ];
}

interface Counts {
  readonly questions?: number;
  readonly answers?: number;
  readonly authorities?: number;
  readonly additionals?: number;
}

class Packet {
  readonly #bytes: number[];
  /** Where each name stands, by its text from there on. */
  readonly #names = new Map<string, number>();

  constructor({ questions = 0, answers = 0, authorities = 0, additionals = 0 }: Counts) {
    const flags = questions > 0 ? 0 : 0x84;
    this.#bytes = [0, 0, flags, 0, 0, questions, 0, answers, 0, authorities, 0, additionals];
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  raw(...bytes: readonly number[]): void {
    this.#bytes.push(...bytes);
  }

  name(name: string): void {
    const labels = name.split(".");
    for (const [index, label] of labels.entries()) {
      const rest = labels.slice(index).join(".");
      const seen = this.#names.get(rest);
      if (seen !== undefined) return this.raw(0xc0 | seen >> 8, seen & 255);
      this.#names.set(rest, this.#bytes.length);
      this.raw(label.length, ...Buffer.from(label));
    }
    this.raw(0);
  }

  record(
    [name, type, klass, ttl]: readonly [string, number, number, number],
    writeData: () => void,
  ): void {
    this.name(name);
    this.raw(0, type, klass >> 8, klass & 255, 0, 0, ttl >> 8, ttl & 255);
    const lengthAt = this.#bytes.length;
    this.raw(0, 0);
    writeData();
    const length = this.#bytes.length - lengthAt - 2;
    this.#bytes.splice(lengthAt, 2, length >> 8, length & 255);
  }
}
