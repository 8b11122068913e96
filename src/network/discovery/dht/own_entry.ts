import type { Clock } from "../../../concurrency/mod.ts";
import type { DiscoverableSelf } from "../discovery_method.ts";
import type { PeerRecordCodec } from "../peer_record_codec.ts";
import type { Dht, DhtEntry } from "./dht.ts";

/** A third of the time for which nodes of this program keep what is not repeated. */
const REPEAT_MS = 5 * 60 * 1000;
/** Nodes of the public table keep it for a day. */
const SELDOM_REPEAT_MS = 60 * 60 * 1000;

/** What an {@linkcode OwnEntry} works with. */
export interface OwnEntryOptions {
  readonly dht: Dht;
  /** Under what this node is to be found. */
  readonly key: Uint8Array;
  readonly records: Pick<PeerRecordCodec, "seal">;
  readonly clock: Clock;
}

interface Announced {
  readonly entry: DhtEntry;
  readonly addresses: string;
  readonly sinceMs: number;
}

/** What a table says about this node. */
export class OwnEntry {
  readonly #options: OwnEntryOptions;
  #announced: Announced | undefined;
  /** Some may have heard it although it failed. */
  #mayBeThere = false;
  #seq = 0n;

  constructor(options: OwnEntryOptions) {
    this.#options = options;
  }

  /** Make this node known to whoever ought to know it and does not, or not any more. */
  async announce(self: DiscoverableSelf, signal: AbortSignal): Promise<void> {
    const multiaddrs = self.multiaddrs();
    if (multiaddrs.length === 0) return await this.withdraw(signal);
    const { dht, clock } = this.#options;
    const addresses = multiaddrs.join(" ");
    const repeatMs = dht.keepsRecords ? REPEAT_MS : SELDOM_REPEAT_MS;
    const nowMs = clock.monotonicMs();
    const last = this.#announced;
    const isDue = last?.addresses !== addresses || nowMs - last.sinceMs >= repeatMs;
    const next = isDue
      ? { entry: await this.#createEntry(multiaddrs), addresses, sinceMs: nowMs }
      : last;
    this.#announced = next;
    this.#mayBeThere = true;
    await dht.provide(next.entry, signal);
  }

  /** A table forgets nothing that it is told to; but an empty record can take the place of another one. */
  async withdraw(signal: AbortSignal): Promise<void> {
    if (!this.#mayBeThere) return;
    this.#announced = undefined;
    const { record } = await this.#createEntry([]);
    if (record !== undefined) await this.#options.dht.replaceRecord(record, signal);
    this.#mayBeThere = false;
  }

  async #createEntry(multiaddrs: readonly string[]): Promise<DhtEntry> {
    const { dht, records, clock, key } = this.#options;
    if (!dht.keepsRecords) return { key };
    // The time, so that it is newer than those of earlier runs, and tells how old it is.
    const now = BigInt(Math.trunc(clock.now()));
    this.#seq = now > this.#seq ? now : this.#seq + 1n;
    return { key, record: await records.seal(multiaddrs, this.#seq) };
  }
}
