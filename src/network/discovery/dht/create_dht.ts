import { moveOnAfter, shield } from "../../../concurrency/mod.ts";
import type { DiscoveryContext, DiscoveryMethod, FoundPeer } from "../discovery_method.ts";
import type { PeerRecord, PeerRecordCodec } from "../peer_record_codec.ts";
import type { Dht } from "./dht.ts";
import { OwnEntry } from "./own_entry.ts";
import { Pace } from "./pace.ts";
import { PeerRecords } from "./peer_records.ts";
import { Providers } from "./providers.ts";

const BUDGET_MS = 30_000;
/** In the first round the node may just be connecting to the first one of the table. */
const FIRST_PEER_TIMEOUT_MS = 1_000;
const FIRST_PEER_POLL_MS = 50;
/** Those who answer do so in a moment; then come those who do not. */
const FIND_TIMEOUT_MS = 8_000;
/** Some rounds. What a table says is no proof that the peer is still there. */
const FOUND_TTL_MS = 5 * 60 * 1000;
const MAX_ADDRESSES_PER_PEER = 16;
const MAX_ADDRESS_LENGTH = 512;
/** A record that claims to be older says when its peer gave a sign; else its number is no time. */
const MAX_RECORD_AGE_MS = 60 * 60 * 1000;
const WITHDRAW_TIMEOUT_MS = 1_500;

/** How peers are found in a distributed hash table. */
export interface DhtOptions {
  /** The table. */
  readonly dht: Dht;
  /** What the peers have in common. */
  readonly namespace: string;
  /** Signs this node's record and checks those of others. */
  readonly records: PeerRecordCodec;
  /** The longest pause between rounds. @default {60000} */
  readonly maxIntervalMs?: number | undefined;
}

/**
 * Find peers in a distributed hash table, and be found there.
 *
 * A node that can be dialled is entered under a key of its namespace, again and again. Whom others
 * name under that key is found: by its own signed record where the table keeps such records, else
 * where others say that it is. A table of which the node knows nobody is no failure: it may be the
 * first one.
 *
 * @param options The table, the namespace, the codec for records.
 * @returns The method `dht`.
 */
export function createDht(options: DhtOptions): DiscoveryMethod {
  return new DhtMethod(options);
}

class DhtMethod implements DiscoveryMethod {
  readonly name = "dht";
  readonly reach = "wide";
  readonly budgetMs = BUDGET_MS;
  readonly #options: DhtOptions;
  readonly #key: Uint8Array;
  readonly #pace: Pace;
  #isFirstRound = true;
  #own: OwnEntry | undefined;
  #records: PeerRecords | undefined;

  constructor(options: DhtOptions) {
    this.#options = options;
    this.#key = new TextEncoder().encode(`/mcpp/namespace/${options.namespace}`);
    this.#pace = new Pace(options.maxIntervalMs);
  }

  get intervalMs(): number {
    return this.#pace.intervalMs;
  }

  start(context: DiscoveryContext): Promise<AsyncDisposable> {
    const { dht, records } = this.#options;
    const { clock } = context;
    const own = new OwnEntry({ dht, key: this.#key, records, clock });
    this.#own = own;
    if (dht.keepsRecords) {
      this.#records = new PeerRecords({ dht, records, clock, random: Math.random });
    }
    return Promise.resolve({ [Symbol.asyncDispose]: () => withdraw(own, context) });
  }

  async look(context: DiscoveryContext, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { dht } = this.#options;
    if (this.#isFirstRound) await this.#waitForFirstPeer(context, signal);
    this.#isFirstRound = false;
    this.#pace.note(dht.size === 0);
    if (dht.size === 0) return;
    const providers = await this.#find(context, signal);
    const outcomes = await Promise.allSettled([
      this.#records?.resolve(providers, (record) => reportRecord(context, record), signal),
      this.#own?.announce(context.self, signal),
    ]);
    signal.throwIfAborted();
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  async #waitForFirstPeer({ clock }: DiscoveryContext, signal: AbortSignal): Promise<void> {
    const deadlineMs = clock.monotonicMs() + FIRST_PEER_TIMEOUT_MS;
    while (this.#options.dht.size === 0 && clock.monotonicMs() < deadlineMs) {
      await clock.sleep(FIRST_PEER_POLL_MS, { signal });
    }
  }

  async #find(context: DiscoveryContext, signal: AbortSignal): Promise<Providers> {
    const { dht } = this.#options;
    const providers = new Providers();
    const collect = async (limit: AbortSignal): Promise<void> => {
      for await (const peer of dht.findProviders(this.#key, limit)) {
        const { peerId, multiaddrs } = peer;
        if (peerId === context.self.peerId || !providers.add(peer)) continue;
        if (!dht.keepsRecords) report(context, { peerId, multiaddrs });
      }
    };
    await moveOnAfter(FIND_TIMEOUT_MS, collect, { clock: context.clock, signal });
    return providers;
  }
}

function reportRecord(context: DiscoveryContext, record: PeerRecord): void {
  const { peerId, multiaddrs, seq } = record;
  // What a node leaves behind when it goes.
  if (multiaddrs.length === 0) return context.lost(peerId);
  const nowMs = context.clock.now();
  const madeMs = Number(seq);
  const isTime = madeMs > nowMs - MAX_RECORD_AGE_MS && madeMs <= nowMs;
  report(context, { peerId, multiaddrs, lastSeenMs: isTime ? madeMs : undefined });
}

function report(context: DiscoveryContext, peer: FoundPeer): void {
  const multiaddrs = peer.multiaddrs.filter(({ length }) => length <= MAX_ADDRESS_LENGTH)
    .slice(0, MAX_ADDRESSES_PER_PEER);
  if (multiaddrs.length > 0) context.found({ ...peer, multiaddrs, ttlMs: FOUND_TTL_MS });
}

async function withdraw(own: OwnEntry, { clock, logger }: DiscoveryContext): Promise<void> {
  try {
    await shield((signal) => own.withdraw(signal), {
      deadlineMs: WITHDRAW_TIMEOUT_MS,
      name: "withdraw from the distributed hash table",
      clock,
    });
  } catch (error) {
    // The table forgets us in time.
    logger?.debug("Distributed hash table not told of the end", { error });
  }
}
