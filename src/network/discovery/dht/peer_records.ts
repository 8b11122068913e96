import { type Clock, failAfter } from "../../../concurrency/mod.ts";
import { InvalidPeerRecordError } from "../../errors.ts";
import type { PeerRecord, PeerRecordCodec } from "../peer_record_codec.ts";
import type { Dht, DhtRecord } from "./dht.ts";
import type { Providers } from "./providers.ts";

/** A peer may have moved since, or may have gone. Another holder is asked then, if there is one. */
const REFRESH_MS = 3 * 60 * 1000;
/** In one round. */
const MAX_NEW = 128;
const MAX_AGAIN = 32;
const TIMEOUT_MS = 5_000;

/** What {@linkcode PeerRecords} works with. */
export interface PeerRecordsOptions {
  readonly dht: Pick<Dht, "getRecords">;
  readonly records: Pick<PeerRecordCodec, "open">;
  readonly clock: Clock;
  readonly random: () => number;
}

interface Known {
  /** `undefined` if there is none. */
  readonly record: PeerRecord | undefined;
  readonly askedMs: number;
}

/** The signed records of the peers that a table has named: what they themselves say. */
export class PeerRecords {
  readonly #options: PeerRecordsOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: PeerRecordsOptions) {
    this.#options = options;
  }

  /**
   * Get the records of peers, those that are known already first.
   *
   * @param providers The peers; others are forgotten.
   * @param onRecord Told of each.
   * @param signal Gives up.
   */
  async resolve(
    providers: Providers,
    onRecord: (record: PeerRecord) => void,
    signal: AbortSignal,
  ): Promise<void> {
    for (const [peerId, { record }] of this.#known) {
      if (providers.namersOf(peerId).length === 0) this.#known.delete(peerId);
      else if (record !== undefined) onRecord(record);
    }
    const { clock } = this.#options;
    const due = this.#listDue(providers);
    for (const peerId of due) this.#note(peerId, clock.monotonicMs());
    const questions = this.#chooseHolders(due, providers);
    await Promise.all([...questions].map(async ([holder, peerIds]) => {
      const ask = (limit: AbortSignal): Promise<void> =>
        this.#ask(new Set(peerIds), { holder, onRecord, signal: limit });
      try {
        await failAfter(TIMEOUT_MS, ask, { name: "get peer records", clock, signal });
      } catch {
        // Another one is asked the next time.
        signal.throwIfAborted();
      }
    }));
  }

  /** New ones first; but what is old has its turn however many new ones somebody invents. */
  #listDue(providers: Providers): readonly string[] {
    const dueMs = this.#options.clock.monotonicMs() - REFRESH_MS;
    const fresh = providers.byVotes().filter((peerId) => !this.#known.has(peerId));
    const known = [...this.#known].sort(([, a], [, b]) => a.askedMs - b.askedMs);
    const listKnown = (isDue: (known: Known) => boolean): readonly string[] =>
      known.filter(([, each]) => isDue(each)).map(([peerId]) => peerId).slice(0, MAX_AGAIN);
    return [
      ...fresh.slice(0, MAX_NEW),
      // Whoever has named the peer may not have had its record yet.
      ...listKnown(({ record }) => record === undefined),
      ...listKnown(({ record, askedMs }) => record !== undefined && askedMs <= dueMs),
    ];
  }

  /**
   * Whom to ask for which peers: few nodes, and others each time, so that a peer which one of them
   * lies about is found by another one.
   */
  #chooseHolders(
    peerIds: readonly string[],
    providers: Providers,
  ): ReadonlyMap<string, readonly string[]> {
    const luck = new Map<string, number>();
    const luckOf = (namer: string): number => {
      const known = luck.get(namer) ?? this.#options.random();
      luck.set(namer, known);
      return known;
    };
    return Map.groupBy(peerIds, (peerId) => {
      const [first = "", ...others] = providers.namersOf(peerId);
      return others.reduce((best, other) => luckOf(other) > luckOf(best) ? other : best, first);
    });
  }

  #note(peerId: string, askedMs: number): void {
    this.#known.set(peerId, { record: this.#known.get(peerId)?.record, askedMs });
  }

  async #ask(peerIds: ReadonlySet<string>, question: Question): Promise<void> {
    const { holder, onRecord, signal } = question;
    for await (
      const answer of this.#options.dht.getRecords([...peerIds], holder, signal)
    ) {
      const record = peerIds.has(answer.peerId) ? await this.#check(answer) : undefined;
      if (record !== undefined) onRecord(record);
    }
  }

  /** The record, if it is that of the peer and none that is older than what is known. */
  async #check({ peerId, record: envelope }: DhtRecord): Promise<PeerRecord | undefined> {
    const record = await this.#open(envelope);
    const before = this.#known.get(peerId);
    if (record?.peerId !== peerId || before === undefined) return undefined;
    if (before.record !== undefined && before.record.seq > record.seq) return undefined;
    this.#known.set(peerId, { ...before, record });
    return record;
  }

  async #open(envelope: Uint8Array): Promise<PeerRecord | undefined> {
    try {
      return await this.#options.records.open(envelope);
    } catch (error) {
      if (error instanceof InvalidPeerRecordError) return undefined;
      throw error;
    }
  }
}

interface Question {
  readonly holder: string;
  readonly onRecord: (record: PeerRecord) => void;
  readonly signal: AbortSignal;
}
