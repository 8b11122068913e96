import { waitForAbort } from "../../../../../src/concurrency/mod.ts";
import type { Dht, DhtEntry, DhtPeer } from "../../../../../src/network/discovery/dht/dht.ts";
import { DhtUnansweredError } from "../../../../../src/network/discovery/dht/errors.ts";

/** A table in memory, in which everybody sees everything at once. */
export class FakeTable {
  /** By key, as text: who says to be found there. */
  readonly providers = new Map<string, DhtPeer[]>();
  readonly records = new Map<string, Uint8Array>();
  readonly keepsRecords: boolean;
  state: "works" | "fails" | "hangs" = "works";
  /** How many nodes of it each one knows. */
  size = 1;
  /** How often each method was called. */
  readonly calls = { provide: 0, findProviders: 0, replaceRecord: 0, getRecords: 0 };
  /** What nodes have entered. */
  readonly entries = new Set<DhtEntry>();
  /** Whom records were asked from. */
  readonly asked: string[] = [];

  constructor({ keepsRecords = true }: { readonly keepsRecords?: boolean } = {}) {
    this.keepsRecords = keepsRecords;
  }

  /** A node's view of it. */
  open(peerId: string, multiaddrs: readonly string[] = []): Dht {
    const pass = (call: keyof FakeTable["calls"], signal: AbortSignal): Promise<void> =>
      this.#pass(call, signal);
    const { keepsRecords, providers, records, entries, asked } = this;
    const getSize = (): number => this.size;
    return {
      keepsRecords,
      get size() {
        return getSize();
      },
      async provide(entry, signal) {
        await pass("provide", signal);
        entries.add(entry);
        const { key, record } = entry;
        const others = providers.get(toText(key))?.filter((peer) => peer.peerId !== peerId) ?? [];
        providers.set(toText(key), [...others, { peerId, multiaddrs, namedBy: "holder" }]);
        if (record !== undefined) records.set(peerId, record);
      },
      async replaceRecord(record, signal) {
        await pass("replaceRecord", signal);
        records.set(peerId, record);
      },
      async *findProviders(key, signal) {
        await pass("findProviders", signal);
        yield* providers.get(toText(key)) ?? [];
      },
      async *getRecords(peerIds, holder, signal) {
        await pass("getRecords", signal);
        asked.push(holder);
        for (const other of peerIds) {
          const record = records.get(other);
          if (record !== undefined) yield { peerId: other, record };
        }
      },
    };
  }

  async #pass(call: keyof FakeTable["calls"], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.calls[call]++;
    if (this.state === "hangs") await waitForAbort(signal);
    signal.throwIfAborted();
    if (this.state === "fails") throw new DhtUnansweredError("it is switched off");
  }
}

/** Under what peers of a namespace are found. */
export function toKeyText(namespace: string): string {
  return `/mcpp/namespace/${namespace}`;
}

function toText(key: Uint8Array): string {
  return new TextDecoder().decode(key);
}
