import type { Clock } from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import {
  createAdvertisement,
  createGoodbye,
  createPointer,
  selectMultiaddrs,
  toHostName,
  TTL_SECONDS,
} from "./advertisement.ts";
import type { DnsMessage, DnsQuestion, PointerRecord } from "./dns_message.ts";
import type { Link } from "./link.ts";
import type { Endpoint, MulticastBus } from "./multicast_bus.ts";

/** Several answer the same question: each waits a while (RFC 6762, section 6). */
const MIN_ANSWER_DELAY_MS = 20;
const MAX_ANSWER_DELAY_MS = 120;
/** No record goes to a link more often than this (RFC 6762, section 6). */
const MIN_MULTICAST_INTERVAL_MS = 1_000;
/** Announcements are said twice, as packets get lost (RFC 6762, section 8.3). */
const REPEAT_AFTER_MS = 1_000;
/** Answers to one asker are not heard by the others, so each costs one; more are for nobody. */
const MAX_UNICASTS_PER_SECOND = 20;
/** What the records for resolvers that know no multicast DNS hold at most (section 6.7). */
const LEGACY_TTL_SECONDS = 10;

/** What a {@linkcode Responder} works with. */
export interface ResponderOptions {
  readonly bus: MulticastBus;
  readonly services: readonly string[];
  /** Of this node's instances. */
  readonly label: string;
  readonly peerId: string;
  /** Where the node can be dialled now; a node without addresses says nothing. */
  readonly multiaddrs: () => readonly string[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger | undefined;
}

/** What was said of a service on a link. */
interface Channel {
  link: Link;
  readonly service: string;
  /** The addresses announced, as one text; empty if none are. */
  announced: string;
  lastSentMs: number;
  timer: Disposable | undefined;
}

/** Says on every link where this node is: unasked when that changes, and when it is asked. */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #channels = new Map<string, Channel>();
  readonly #sending = new Set<Promise<void>>();
  #unicasts = { sinceMs: -Infinity, count: 0 };

  constructor(options: ResponderOptions) {
    this.#options = options;
  }

  /** What this node would answer itself: whoever asks for more says so with the question. */
  knownAnswers(): readonly PointerRecord[] {
    const { services, label } = this.#options;
    const said = new Set([...this.#channels.values()].filter(isAnnounced).map((c) => c.service));
    return services.filter((service) => said.has(service)).map((service) =>
      createPointer({ service, label })
    );
  }

  /** Announce this node where it has not been, or where its addresses have changed. */
  refresh(links: readonly Link[]): void {
    const keys = new Set<string>();
    for (const link of links) {
      for (const service of this.#options.services) {
        const channel = this.#channelOf(link, service);
        channel.link = link;
        keys.add(toKey(link, service));
        this.#update(channel);
      }
    }
    for (const [key, channel] of this.#channels) if (!keys.has(key)) this.#drop(key, channel);
  }

  /** Answer a question that came by a link. */
  answer(query: DnsMessage, source: Endpoint, link: Link): void {
    for (const channel of this.#channels.values()) {
      if (!isSameLink(channel.link, link) || !isAnnounced(channel)) continue;
      const questions = query.questions.filter((question) => this.#isMine(question, channel));
      const [question] = questions;
      if (question === undefined || this.#isKnown(query, channel)) continue;
      const isLegacy = source.port !== this.#options.bus.port;
      const isPrivate = isLegacy || questions.every(({ wantsUnicast }) => wantsUnicast === true);
      if (isPrivate && this.#takeUnicast()) {
        const message = this.#createAnswer(channel);
        const answer = isLegacy ? toLegacy(message, query, question) : message;
        this.#send(answer, channel.link, source);
      } else if (!isLegacy) this.#schedule(channel, this.#answerDelayMs());
    }
  }

  /** Say goodbye on all links, and be silent; resolves when that is said. */
  async close(): Promise<void> {
    for (const [key, channel] of this.#channels) this.#drop(key, channel);
    await Promise.all(this.#sending);
  }

  #channelOf(link: Link, service: string): Channel {
    const key = toKey(link, service);
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    const channel = { link, service, announced: "", lastSentMs: -Infinity, timer: undefined };
    this.#channels.set(key, channel);
    return channel;
  }

  #update(channel: Channel): void {
    const announced = selectMultiaddrs(this.#options.multiaddrs(), channel.link).join(" ");
    if (announced === channel.announced) return;
    if (announced === "") return this.#takeBack(channel);
    channel.announced = announced;
    this.#schedule(channel, 0, () => this.#schedule(channel, REPEAT_AFTER_MS));
  }

  #drop(key: string, channel: Channel): void {
    this.#channels.delete(key);
    this.#takeBack(channel);
  }

  #takeBack(channel: Channel): void {
    const { service, link } = channel;
    channel.timer?.[Symbol.dispose]();
    channel.timer = undefined;
    if (isAnnounced(channel)) {
      this.#send(createGoodbye({ service, label: this.#options.label }), link);
    }
    channel.announced = "";
  }

  /** One answer serves all who ask until it is given. */
  #schedule(channel: Channel, delayMs: number, then?: () => void): void {
    if (channel.timer !== undefined) return;
    const { clock } = this.#options;
    const restMs = channel.lastSentMs + MIN_MULTICAST_INTERVAL_MS - clock.monotonicMs();
    channel.timer = clock.setTimer(Math.max(delayMs, restMs, 0), () => {
      channel.timer = undefined;
      channel.lastSentMs = clock.monotonicMs();
      this.#send(this.#createAnswer(channel), channel.link);
      then?.();
    });
  }

  #answerDelayMs(): number {
    const rangeMs = MAX_ANSWER_DELAY_MS - MIN_ANSWER_DELAY_MS;
    return MIN_ANSWER_DELAY_MS + this.#options.random() * rangeMs;
  }

  #createAnswer({ link, service }: Channel): DnsMessage {
    const { label, peerId } = this.#options;
    const multiaddrs = selectMultiaddrs(this.#options.multiaddrs(), link);
    return createAdvertisement({ service, label, peerId, multiaddrs });
  }

  /** A question for the service, for this node's instance of it, or for its host. */
  #isMine({ name, type }: DnsQuestion, { service }: Channel): boolean {
    const { label } = this.#options;
    if (name === service) return type === "PTR" || type === "ANY";
    return name === `${label}.${service}` || name === toHostName(label);
  }

  /** The asker says what it knows, if that holds for a good while yet (RFC 6762, section 7.1). */
  #isKnown(query: DnsMessage, { service }: Channel): boolean {
    const target = `${this.#options.label}.${service}`;
    return query.answers.some((record) =>
      record.type === "PTR" && record.target === target && record.ttlSeconds >= TTL_SECONDS / 2
    );
  }

  #takeUnicast(): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#unicasts.sinceMs >= 1_000) this.#unicasts = { sinceMs: nowMs, count: 0 };
    return ++this.#unicasts.count <= MAX_UNICASTS_PER_SECOND;
  }

  #send(message: DnsMessage, link: Link, to?: Endpoint): void {
    const { bus, logger } = this.#options;
    const sending = bus.send(message, link, to).catch((error: unknown) => {
      // A link comes and goes; the next round tells whether there is any other.
      logger?.debug("Node not announced on link", { link: link.name, error });
    }).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }
}

function isSameLink(a: Link, b: Link): boolean {
  return a.name === b.name && a.family === b.family;
}

function toKey(link: Link, service: string): string {
  return `${link.name} ${link.address} ${service}`;
}

function isAnnounced({ announced }: Channel): boolean {
  return announced !== "";
}

/** For a resolver that knows plain DNS only: its own id and question (RFC 6762, section 6.7). */
function toLegacy(message: DnsMessage, query: DnsMessage, question: DnsQuestion): DnsMessage {
  const shorten = <T extends { readonly ttlSeconds: number }>(record: T): T => ({
    ...record,
    ttlSeconds: Math.min(record.ttlSeconds, LEGACY_TTL_SECONDS),
    isUnique: false,
  });
  return {
    ...message,
    id: query.id,
    questions: [question],
    answers: message.answers.map(shorten),
    additionals: message.additionals.map(shorten),
  };
}
