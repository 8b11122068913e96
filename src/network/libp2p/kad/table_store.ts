import { NotFoundError } from "@libp2p/interface";
import { Record as ValueRecord } from "@libp2p/kad-dht";
import { base32 } from "multiformats/bases/base32";
import type { Clock } from "../../../concurrency/mod.ts";
import type { KeptValue } from "./message_codec.ts";
import { isProviderEntry, ProviderEntries, type ProviderLimits } from "./provider_entries.ts";
import { selectRecord } from "./record_rules.ts";
import type { StoreKey, TableComponents } from "./table_components.ts";

type Datastore = TableComponents["datastore"];

/** What a table keeps for others, at most. */
export interface TableStoreLimits extends ProviderLimits {
  /** Signed records. @default {2048} */
  readonly maxRecords: number;
  /** What is not repeated for this long is forgotten. @default {900000} */
  readonly ttlMs: number;
}

/** The limits that hold unless others are given. */
const DEFAULT_STORE_LIMITS: TableStoreLimits = {
  maxProviders: 8192,
  // All of them are in one answer.
  maxProvidersPerKey: 512,
  maxKeysPerProvider: 16,
  maxRecords: 2048,
  ttlMs: 15 * 60 * 1000,
};

interface RecordEntry {
  readonly value: Uint8Array;
  readonly expiresMs: number;
}

/**
 * What a table keeps for others, in memory: bounded, and everything in it goes when it is not
 * repeated. The store that the package would use without it keeps whatever anybody sends for two
 * days, and an old record in place of a newer one.
 */
export class TableStore implements Pick<Datastore, "put" | "get" | "has" | "delete" | "query"> {
  readonly #clock: Clock;
  readonly #limits: TableStoreLimits;
  readonly #providers: ProviderEntries;
  // Oldest first.
  readonly #records = new Map<string, RecordEntry>();

  constructor(clock: Clock, limits: Partial<TableStoreLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...DEFAULT_STORE_LIMITS, ...limits };
    this.#providers = new ProviderEntries(this.#limits);
  }

  /** How much it holds. */
  get size(): number {
    return this.#providers.size + this.#records.size;
  }

  /** What is kept under the keys of values. */
  getValues(keys: readonly Uint8Array[]): readonly KeptValue[] {
    this.#expire();
    return keys.map((key) => this.#records.get(toRecordName(key)))
      .filter((entry) => entry !== undefined)
      .map(({ value }) => ValueRecord.deserialize(value));
  }

  /** Keep a value of this node itself, so that others find it here, too. */
  setValue(key: Uint8Array, value: Uint8Array): void {
    const record = new ValueRecord(key, value, new Date(this.#clock.now()));
    this.#setRecord(toRecordName(key), record.serialize());
  }

  async put(key: StoreKey, value: Uint8Array): Promise<StoreKey> {
    const name = key.toString();
    this.#expire();
    if (!isProviderEntry(name)) await this.#putRecord(name, value);
    else this.#providers.set({ key, value, expiresMs: this.#expiresMs() });
    return key;
  }

  get(key: StoreKey): Promise<Uint8Array> {
    const entry = this.#find(key);
    return entry === undefined
      ? Promise.reject(new NotFoundError("Cannot read entry as there is none"))
      : Promise.resolve(entry.value);
  }

  has(key: StoreKey): boolean {
    return this.#find(key) !== undefined;
  }

  delete(key: StoreKey): void {
    this.#providers.delete(key.toString());
    this.#records.delete(key.toString());
  }

  /** Who is entered under a key. Records are never listed. */
  async *query({ prefix = "" }: Parameters<Datastore["query"]>[0]): ReturnType<Datastore["query"]> {
    this.#expire();
    for (const { key, value } of this.#providers.list(prefix)) yield { key, value };
  }

  #setRecord(name: string, value: Uint8Array): void {
    this.#records.delete(name);
    if (this.#records.size >= this.#limits.maxRecords) dropOldest(this.#records);
    this.#records.set(name, { value, expiresMs: this.#expiresMs() });
  }

  /** Whoever has kept an old record could otherwise bring it back, signed as it is. */
  async #putRecord(name: string, value: Uint8Array): Promise<void> {
    const next = ValueRecord.deserialize(value);
    for (;;) {
      const current = this.#records.get(name);
      if (current === undefined) return this.#setRecord(name, value);
      const values = [next.value, ValueRecord.deserialize(current.value).value];
      if (await selectRecord(next.key, values) === 1) return;
      // Signatures take their time, in which a newer one may have come.
      if (this.#records.get(name) === current) return this.#setRecord(name, value);
    }
  }

  #find(key: StoreKey): RecordEntry | undefined {
    this.#expire();
    const name = key.toString();
    return this.#providers.get(name) ?? this.#records.get(name);
  }

  #expiresMs(): number {
    return this.#clock.monotonicMs() + this.#limits.ttlMs;
  }

  #expire(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#providers.expire(nowMs);
    for (const [name, { expiresMs }] of this.#records) {
      if (expiresMs > nowMs) return;
      this.#records.delete(name);
    }
  }
}

/** As the package names it: by default all is in the folder `/dht`. */
function toRecordName(key: Uint8Array): string {
  return `/dht/record/${base32.baseEncode(key)}`;
}

function dropOldest(entries: Map<string, unknown>): void {
  for (const name of entries.keys()) {
    entries.delete(name);
    return;
  }
}
