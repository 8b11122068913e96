import { abortable, moveOnAfter } from "../../../concurrency/mod.ts";
import type { DiscoveryContext } from "../discovery_method.ts";
import { Browser } from "./browser.ts";
import type { DnsMessage } from "./dns_message.ts";
import { MdnsUnavailableError } from "./errors.ts";
import { findLinks, type Link } from "./link.ts";
import type { Endpoint, MulticastBus, OnMessage, OpenMulticastBus } from "./multicast_bus.ts";
import { Responder } from "./responder.ts";
import { ACCELERATE_SERVICE, LIBP2P_SERVICE } from "./service_name.ts";

/** Answers come within 120 ms, or within a second of the last one (RFC 6762, section 6). */
const FIRST_WINDOW_MS = 1_000;
/** Wireless links lose packets to many; whoever hears nothing asks once more. */
const SECOND_WINDOW_MS = 500;
/** A goodbye takes no time, unless the socket hangs. */
const GOODBYE_TIMEOUT_MS = 500;
const LABEL_LENGTH = 32;
const LABEL_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** What a session is made of. */
export interface MdnsSessionOptions {
  readonly context: DiscoveryContext;
  readonly openBus: OpenMulticastBus;
  /** The service of our own. */
  readonly service: string;
  readonly isAdvertising: boolean;
  readonly random: () => number;
}

/** Multicast DNS at work, from one start to the next stop. */
export class MdnsSession implements AsyncDisposable {
  readonly #options: MdnsSessionOptions;
  readonly #bus: MulticastBus;
  readonly #browser: Browser;
  readonly #responder: Responder;
  #links: readonly Link[] = [];

  /** Open the socket and announce this node. */
  static async open(options: MdnsSessionOptions): Promise<MdnsSession> {
    let receive: OnMessage = () => {};
    await using opened = new AsyncDisposableStack();
    const bus = opened.use(await options.openBus((message, source) => receive(message, source)));
    const session = new MdnsSession(bus, options);
    receive = (message, source) => session.#receive(message, source);
    session.#refresh();
    opened.move();
    return session;
  }

  private constructor(bus: MulticastBus, options: MdnsSessionOptions) {
    const { context, service, random } = options;
    const { self, clock, logger } = context;
    // Not a part of the id: ids of one kind of key begin alike, and two names would be one.
    const label = createLabel(random);
    const announced = [LIBP2P_SERVICE, service];
    this.#options = options;
    this.#bus = bus;
    this.#browser = new Browser({
      services: [...announced, ACCELERATE_SERVICE],
      ownLabel: label,
      selfPeerId: self.peerId,
      found: (peer) => context.found(peer),
      lost: (peerId) => context.lost(peerId),
    });
    this.#responder = new Responder({
      bus,
      services: announced,
      label,
      peerId: self.peerId,
      multiaddrs: () => options.isAdvertising ? self.multiaddrs() : [],
      clock,
      random,
      logger,
    });
  }

  /**
   * Ask who is there, and wait for the answers.
   *
   * @throws {MdnsUnavailableError} If there is no network to ask on.
   */
  async look(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { clock } = this.#options.context;
    this.#browser.beginRound();
    this.#refresh();
    await this.#ask(signal);
    await clock.sleep(FIRST_WINDOW_MS, { signal });
    if (this.#browser.hasFound) return;
    await this.#ask(signal);
    await clock.sleep(SECOND_WINDOW_MS, { signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { clock } = this.#options.context;
    try {
      await moveOnAfter(
        GOODBYE_TIMEOUT_MS,
        (limit) => abortable(this.#responder.close(), limit),
        { clock },
      );
    } finally {
      await this.#bus[Symbol.asyncDispose]();
    }
  }

  #receive(message: DnsMessage, source: Endpoint): void {
    const links = findLinks(this.#links, source.address);
    if (links.length === 0) return;
    if (message.type === "query") {
      for (const link of links) this.#responder.answer(message, source, link);
      return;
    }
    // Answers come from those who know multicast DNS (RFC 6762, section 6).
    if (source.port === this.#bus.port) this.#browser.hear(message, source);
  }

  #refresh(): void {
    this.#links = this.#bus.links();
    this.#responder.refresh(this.#links);
  }

  async #ask(signal: AbortSignal): Promise<void> {
    if (this.#links.length === 0) throw new MdnsUnavailableError("no network interface is up");
    const query = this.#createQuery();
    const sent = Promise.allSettled(this.#links.map((link) => this.#bus.send(query, link)));
    const results = await abortable(sent, signal);
    const failed = results.filter((result) => result.status === "rejected");
    if (failed.length < results.length) return;
    throw new MdnsUnavailableError("no network takes its packets", failed[0]?.reason);
  }

  #createQuery(): DnsMessage {
    const names = [LIBP2P_SERVICE, this.#options.service, ACCELERATE_SERVICE];
    return {
      type: "query",
      // Answers to this host alone could reach another program, as the port is shared.
      questions: names.map((name) => ({ name, type: "PTR" })),
      answers: this.#responder.knownAnswers(),
      additionals: [],
    };
  }
}

function createLabel(random: () => number): string {
  const pick = (): string => LABEL_ALPHABET.charAt(Math.floor(random() * LABEL_ALPHABET.length));
  return Array.from({ length: LABEL_LENGTH }, pick).join("");
}
