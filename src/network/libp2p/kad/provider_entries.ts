import type { StoreKey } from "./table_components.ts";

/** Who can be found under a key. */
export interface ProviderEntry {
  /** Its name in the store. */
  readonly key: StoreKey;
  /** When the peer said so, as the package writes it. */
  readonly value: Uint8Array;
  readonly expiresMs: number;
}

/** How many entries there may be. */
export interface ProviderLimits {
  /** Who can be found, under all keys. */
  readonly maxProviders: number;
  /** Who can be found under one key. */
  readonly maxProvidersPerKey: number;
  /** Under how many keys one peer can be found. */
  readonly maxKeysPerProvider: number;
}

/** The package names an entry `<prefix>/provider/<key>/<peer id>`. */
const GROUP = /^.*\/provider\/[^/]+$/;
const ENTRY = /^(.*\/provider\/[^/]+)\/([^/]+)$/;

/** Whether something in the store is the entry of a provider, by its name. */
export function isProviderEntry(name: string): boolean {
  return ENTRY.test(name);
}

/**
 * Who can be found under which keys, of each peer and under each key the oldest first. Anybody may
 * ask and enter itself, so that neither may cost more the more there are.
 */
export class ProviderEntries {
  readonly #limits: ProviderLimits;
  readonly #entries = new Map<string, ProviderEntry>();
  readonly #byGroup = new Map<string, Set<string>>();
  readonly #byPeer = new Map<string, Set<string>>();

  /** @param limits How many there may be; then the oldest makes room. */
  constructor(limits: ProviderLimits) {
    this.#limits = limits;
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** One of them. */
  get(name: string): ProviderEntry | undefined {
    return this.#entries.get(name);
  }

  /** Enter a peer, or repeat it. */
  set(entry: ProviderEntry): void {
    const { maxProviders, maxProvidersPerKey, maxKeysPerProvider } = this.#limits;
    const name = entry.key.toString();
    this.delete(name);
    const { group, peerId } = parseEntryName(name);
    this.#makeRoom(this.#byPeer.get(peerId), maxKeysPerProvider);
    this.#makeRoom(this.#byGroup.get(group), maxProvidersPerKey);
    this.#makeRoom(this.#entries, maxProviders);
    this.#entries.set(name, entry);
    addTo(this.#byGroup, group, name);
    addTo(this.#byPeer, peerId, name);
  }

  /** Take one away, if it is there. */
  delete(name: string): void {
    if (!this.#entries.delete(name)) return;
    const { group, peerId } = parseEntryName(name);
    removeFrom(this.#byGroup, group, name);
    removeFrom(this.#byPeer, peerId, name);
  }

  /** Take away what has expired. */
  expire(nowMs: number): void {
    for (const [name, { expiresMs }] of this.#entries) {
      if (expiresMs > nowMs) return;
      this.delete(name);
    }
  }

  /** Those in a folder: that of one key, or one above it. */
  list(prefix: string): readonly ProviderEntry[] {
    const folder = `${prefix}/`;
    const names = GROUP.test(prefix)
      ? [...this.#byGroup.get(prefix) ?? []]
      : [...this.#entries.keys()].filter((name) => name.startsWith(folder));
    return names.map((name) => this.#entries.get(name)).filter((entry) => entry !== undefined);
  }

  #makeRoom(
    among: Pick<ReadonlyMap<string, unknown>, "keys" | "size"> | undefined,
    maxSize: number,
  ): void {
    if (among === undefined || among.size < maxSize) return;
    const [oldest] = among.keys();
    if (oldest !== undefined) this.delete(oldest);
  }
}

function parseEntryName(name: string): { readonly group: string; readonly peerId: string } {
  const [, group = "", peerId = ""] = ENTRY.exec(name) ?? [];
  return { group, peerId };
}

function addTo(index: Map<string, Set<string>>, key: string, name: string): void {
  const names = index.get(key) ?? new Set();
  index.set(key, names.add(name));
}

function removeFrom(index: Map<string, Set<string>>, key: string, name: string): void {
  const names = index.get(key);
  names?.delete(name);
  if (names?.size === 0) index.delete(key);
}
