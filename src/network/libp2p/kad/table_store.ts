import { NotFoundError } from "@libp2p/interface";
import { Record as ValueRecord } from "@libp2p/kad-dht";
import { base32 } from "multiformats/bases/base32";
import type { Clock } from "../../../concurrency/mod.ts";
import type { KeptValue } from "./message_codec.ts";
import { selectRecord } from "./record_rules.ts";
import type { TableComponents } from "./table_components.ts";

type Datastore = TableComponents["datastore"];
type StoreKey = Parameters<Datastore["get"]>[0];

/** What a table keeps for others, at most. */
export interface TableStoreLimits {
  /** Who can be found, under all keys. @default {8192} */
  readonly maxProviders: number;
  /** Who can be found under one key; all of them are in one answer. @default {512} */
  readonly maxProvidersPerKey: number;
  /** Under how many keys one peer can be found. @default {16} */
  readonly maxKeysPerProvider: number;
  /** Signed records. @default {2048} */
  readonly maxRecords: number;
  /** What is not repeated for this long is forgotten. @default {900000} */
  readonly ttlMs: number;
}

/** The limits that hold unless others are given. */
export const DEFAULT_STORE_LIMITS: TableStoreLimits = {
  maxProviders: 8192,
  maxProvidersPerKey: 512,
  maxKeysPerProvider: 16,
  maxRecords: 2048,
  ttlMs: 15 * 60 * 1000,
};

interface Entry {
  readonly key: StoreKey;
  readonly value: Uint8Array;
  readonly expiresMs: number;
}

type RecordEntry = Omit<Entry, "key">;

/**
 * What a table keeps for others, in memory: bounded, and everything in it goes when it is not
 * repeated. The store that the package would use without it keeps whatever anybody sends for two
 * days, and an old record in place of a newer one.
 */
export class TableStore implements Pick<Datastore, "put" | "get" | "has" | "delete" | "query"> {
  readonly #clock: Clock;
  readonly #limits: TableStoreLimits;
  // Oldest first.
  readonly #providers = new Map<string, Entry>();
  readonly #records = new Map<string, RecordEntry>();

  constructor(clock: Clock, limits: Partial<TableStoreLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...DEFAULT_STORE_LIMITS, ...limits };
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
    const provider = parseProviderKey(name);
    if (provider !== undefined) this.#setProvider(provider, { key, value });
    else if (!(await this.#isOutdated(name, value))) this.#setRecord(name, value);
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
    // The prefix of one key may begin that of another.
    const folder = `${prefix}/`;
    for (const [name, { key, value }] of [...this.#providers]) {
      if (name.startsWith(folder)) yield { key, value };
    }
  }

  #setProvider(
    { group, peerId }: ProviderKey,
    { key, value }: { readonly key: StoreKey; readonly value: Uint8Array },
  ): void {
    const { maxProviders, maxProvidersPerKey, maxKeysPerProvider } = this.#limits;
    const name = key.toString();
    this.#providers.delete(name);
    const ofPeer: string[] = [];
    const ofKey: string[] = [];
    for (const other of this.#providers.keys()) {
      if (other.endsWith(`/${peerId}`)) ofPeer.push(other);
      if (other.startsWith(`${group}/`)) ofKey.push(other);
    }
    if (ofPeer.length >= maxKeysPerProvider) this.#providers.delete(ofPeer[0] ?? "");
    if (ofKey.length >= maxProvidersPerKey) this.#providers.delete(ofKey[0] ?? "");
    if (this.#providers.size >= maxProviders) dropOldest(this.#providers);
    this.#providers.set(name, { key, value, expiresMs: this.#expiresMs() });
  }

  #setRecord(name: string, value: Uint8Array): void {
    this.#records.delete(name);
    if (this.#records.size >= this.#limits.maxRecords) dropOldest(this.#records);
    this.#records.set(name, { value, expiresMs: this.#expiresMs() });
  }

  /** Whoever has kept an old record could otherwise bring it back, signed as it is. */
  async #isOutdated(name: string, value: Uint8Array): Promise<boolean> {
    const current = this.#records.get(name);
    if (current === undefined) return false;
    const next = ValueRecord.deserialize(value);
    const values = [next.value, ValueRecord.deserialize(current.value).value];
    return await selectRecord(next.key, values) === 1;
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
    for (const entries of [this.#providers, this.#records]) {
      for (const [name, { expiresMs }] of entries) {
        if (expiresMs > nowMs) break;
        entries.delete(name);
      }
    }
  }
}

/** As the package names it: by default all is in the folder `/dht`. */
function toRecordName(key: Uint8Array): string {
  return `/dht/record/${base32.baseEncode(key)}`;
}

interface ProviderKey {
  /** Of all who can be found under the same key. */
  readonly group: string;
  readonly peerId: string;
}

/** The package names an entry `<prefix>/provider/<key>/<peer id>`, and a record `<prefix>/record/<key>`. */
function parseProviderKey(name: string): ProviderKey | undefined {
  const [, group, peerId] = /^(.*\/provider\/[^/]+)\/([^/]+)$/.exec(name) ?? [];
  return group === undefined || peerId === undefined ? undefined : { group, peerId };
}

function dropOldest(entries: Map<string, unknown>): void {
  for (const name of entries.keys()) {
    entries.delete(name);
    return;
  }
}
