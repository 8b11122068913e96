import type { Clock } from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import { InvalidPeerRecordError } from "../../errors.ts";
import type { PeerRecord, PeerRecordCodec } from "../peer_record_codec.ts";
import { RendezvousRefusedError } from "./errors.ts";
import type { DiscoverMessage, DiscoverResponse, Registration } from "./message.ts";
import { DEFAULT_TTL_MS, MAX_TTL_MS } from "./protocol.ts";

/** Peers of one point that are kept; a hostile one could list any number. */
export const MAX_PEERS_PER_POINT = 1000;
/** Registrations that are asked for at once. */
export const PAGE_SIZE = 100;
/** Enough for all peers that are kept, and for a point that gives fewer at once than were asked for. */
const MAX_PAGES = 20;
/** Bytes of one record. A node that has more to say is not worth the work. */
const MAX_RECORD_BYTES = 16 * 1024;
/** Above one page, so long only what is new is asked for. A peer that has unregistered is listed on. */
const REVIEW_MS = 5 * 60 * 1000;

/** What a listing works with. */
export interface PointListingOptions {
  /** The point's name, for errors. */
  readonly point: string;
  readonly namespace: string;
  readonly records: Pick<PeerRecordCodec, "open">;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

/** A peer as a point lists it. */
export interface ListedPeer {
  readonly record: PeerRecord;
  /** How long the registration still lasts. */
  readonly ttlMs: number;
}

/** Asks the point for a page. */
export type AskForPage = (request: DiscoverMessage) => Promise<DiscoverResponse>;

interface Entry {
  readonly record: PeerRecord;
  readonly expiresMs: number;
}

/** Whom one rendezvous point lists in a namespace, as far as this node knows. */
export class PointListing {
  readonly #options: PointListingOptions;
  #entries = new Map<string, Entry>();
  #cookie: Uint8Array | undefined;
  #reviewedMs = -Infinity;

  constructor(options: PointListingOptions) {
    this.#options = options;
  }

  /**
   * Ask the point: for all that it lists, or only for what is new since, if that is much less.
   *
   * @param ask Asks for one page.
   * @throws {RendezvousRefusedError} If the point does not want to answer.
   */
  async update(ask: AskForPage): Promise<void> {
    const nowMs = this.#options.clock.monotonicMs();
    const isLarge = this.#entries.size > PAGE_SIZE && this.isComplete;
    if (isLarge && nowMs - this.#reviewedMs < REVIEW_MS) {
      if (await this.#readOn(ask)) return;
    }
    await this.#readAll(ask);
    this.#reviewedMs = nowMs;
  }

  /** The peers, without those whose registration has expired. */
  peers(): readonly ListedPeer[] {
    const nowMs = this.#options.clock.monotonicMs();
    return [...this.#entries.values()]
      .map(({ record, expiresMs }) => ({ record, ttlMs: expiresMs - nowMs }))
      .filter(({ ttlMs }) => ttlMs > 0);
  }

  /** Whether a peer that is not among them is not listed. */
  get isComplete(): boolean {
    return this.#entries.size < MAX_PEERS_PER_POINT;
  }

  /** What is known of a peer. */
  get(peerId: string): PeerRecord | undefined {
    return this.#entries.get(peerId)?.record;
  }

  /** Add what is new; `false` if the point does not know where we were, since it has started anew. */
  async #readOn(ask: AskForPage): Promise<boolean> {
    try {
      await this.#readPages(ask, this.#entries);
      return true;
    } catch (error) {
      if (error instanceof RendezvousRefusedError && error.status === "E_INVALID_COOKIE") {
        return false;
      }
      throw error;
    }
  }

  async #readAll(ask: AskForPage): Promise<void> {
    this.#cookie = undefined;
    const entries = new Map<string, Entry>();
    await this.#readPages(ask, entries);
    this.#entries = entries;
  }

  async #readPages(ask: AskForPage, entries: Map<string, Entry>): Promise<void> {
    let remaining = MAX_PEERS_PER_POINT;
    for (let page = 0; page < MAX_PAGES && remaining > 0; page++) {
      const { registrations, cookie } = await this.#askForPage(ask);
      const before = entries.size;
      for (const registration of registrations.slice(0, remaining)) {
        await this.#add(registration, entries);
      }
      remaining -= registrations.length;
      this.#cookie = cookie !== undefined && cookie.length > 0 ? cookie : undefined;
      // A page without anybody new is the last one, or of a point that gives the same one for ever.
      if (this.#cookie === undefined || entries.size === before) return;
    }
  }

  async #askForPage(ask: AskForPage): Promise<DiscoverResponse> {
    const { namespace, point } = this.#options;
    const cookie = this.#cookie;
    const response = await ask({ type: "discover", namespace, limit: PAGE_SIZE, cookie });
    if (response.status === "OK") return response;
    throw new RendezvousRefusedError(point, response.status, response.statusText ?? "");
  }

  async #add(registration: Registration, entries: Map<string, Entry>): Promise<void> {
    const { namespace, signedPeerRecord, ttlSeconds } = registration;
    if (namespace !== this.#options.namespace) return;
    const record = await this.#tryOpen(signedPeerRecord);
    if (record === undefined) return;
    const ttlMs = ttlSeconds ? Math.min(ttlSeconds * 1000, MAX_TTL_MS) : DEFAULT_TTL_MS;
    const expiresMs = this.#options.clock.monotonicMs() + ttlMs;
    entries.set(record.peerId, { record, expiresMs });
  }

  /** A record that its peer has not signed is nobody's: the point is mistaken, or lies. */
  async #tryOpen(envelope: Uint8Array): Promise<PeerRecord | undefined> {
    const { records, logger, point } = this.#options;
    try {
      if (envelope.length > MAX_RECORD_BYTES) throw new InvalidPeerRecordError("it is too large");
      return await records.open(envelope);
    } catch (error) {
      if (!(error instanceof InvalidPeerRecordError)) throw error;
      logger?.debug("Rendezvous registration dropped", { point, reason: error.reason });
      return undefined;
    }
  }
}
