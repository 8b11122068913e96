import type { PeerId, PeerInfo, Stream } from "@libp2p/interface";
import {
  MessageType,
  type PeerInfoMapper,
  type QueryEvent,
  Record as ValueRecord,
} from "@libp2p/kad-dht";
import { peerIdFromString } from "@libp2p/peer-id";
import { CID } from "multiformats/cid";
import { code as RAW } from "multiformats/codecs/raw";
import { sha256 } from "multiformats/hashes/sha2";
import { equalBytes } from "../../../codec/mod.ts";
import type { Dht, DhtEntry, DhtPeer, DhtRecord } from "../../discovery/dht/dht.ts";
import { Answers } from "./answers.ts";
import { askForValues } from "./ask_for_values.ts";
import { Nearest } from "./nearest.ts";
import { fromPeerKey, toPeerKey } from "./peer_key.ts";
import type { Table, TableQuery } from "./table_service.ts";
import type { TableStore } from "./table_store.ts";

/** Of a question that goes to one node, and not along a path. */
const NO_PATH = { index: -1, queued: 0, running: 0, total: 0 };
/** As many as one node keeps under one key. */
const MAX_PROVIDERS_PER_ANSWER = 512;
const MAX_ADDRESSES_PER_PEER = 16;

/** What a {@linkcode KadTable} works with. */
export interface KadTableOptions {
  readonly table: Table;
  /** What it keeps for others. */
  readonly store: TableStore;
  /** This node, as it is entered. */
  getSelf(): PeerInfo;
  /** Reach a node of the table, on its protocol. */
  openStream(peer: PeerId, signal: AbortSignal): Promise<Stream>;
  /** Whether the table keeps signed records. */
  readonly keepsRecords: boolean;
  /** Takes away the addresses that cannot be meant. */
  readonly mapper: PeerInfoMapper;
}

/** The distributed hash table that a libp2p node takes part in. */
export class KadTable implements Dht {
  readonly keepsRecords: boolean;
  readonly #options: KadTableOptions;
  readonly #peerId: string;
  /** Who has answered on the last way to a key: nobody is nearer. */
  #lastWay: { readonly target: Uint8Array; readonly nearest: Nearest } | undefined;
  #entry: DhtEntry | undefined;
  /** Who has heard it, by id. */
  readonly #holders = new Map<string, PeerId>();

  constructor(options: KadTableOptions) {
    this.#options = options;
    this.keepsRecords = options.keepsRecords;
    this.#peerId = options.getSelf().id.toString();
  }

  get size(): number {
    return this.#options.table.routingTable.size;
  }

  async provide(entry: DhtEntry, signal: AbortSignal): Promise<void> {
    const { table, getSelf } = this.#options;
    const cid = await toCid(entry.key);
    if (entry !== this.#entry) this.#holders.clear();
    this.#entry = entry;
    const nearest = await this.#findNearest(cid, signal);
    const strangers = nearest.filter((peer) => !this.#holders.has(peer.toString()));
    const self = getSelf();
    await table.providers.addProvider(cid, self.id);
    if (strangers.length === 0) return;
    const question = {
      type: MessageType.ADD_PROVIDER,
      key: cid.multihash.bytes,
      providers: [{
        id: self.id.toMultihash().bytes,
        multiaddrs: self.multiaddrs.map(({ bytes }) => bytes),
      }],
    };
    await this.#tell(
      strangers,
      (peer) => table.network.sendMessage(peer, question, { signal, path: NO_PATH }),
      signal,
    );
    if (entry.record !== undefined) await this.#putRecord(strangers, entry.record, signal);
    for (const peer of strangers) this.#holders.set(peer.toString(), peer);
  }

  async replaceRecord(record: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#putRecord([...this.#holders.values()], record, signal);
  }

  async #putRecord(
    holders: readonly PeerId[],
    record: Uint8Array,
    signal: AbortSignal,
  ): Promise<void> {
    const { table, store } = this.#options;
    const key = toPeerKey(this.#peerId);
    store.setValue(key, record);
    const value = new ValueRecord(key, record, new Date()).serialize();
    const question = { type: MessageType.PUT_VALUE, key, record: value };
    await this.#tell(
      holders,
      (peer) => table.network.sendRequest(peer, question, { signal, path: NO_PATH }),
      signal,
    );
  }

  async *findProviders(key: Uint8Array, signal: AbortSignal): AsyncGenerator<DhtPeer> {
    const { table, mapper } = this.#options;
    const cid = await toCid(key);
    for (const id of await table.providers.getProviders(cid)) {
      yield { peerId: id.toString(), multiaddrs: [], namedBy: this.#peerId };
    }
    const target = cid.multihash.bytes;
    const nearest = await Nearest.create(target, table.k);
    this.#lastWay = { target, nearest };
    const question = { type: MessageType.GET_PROVIDERS, key: target };
    const query: TableQuery = ({ peer, signal: limit, path }) =>
      table.network.sendRequest(peer.id, question, { signal: limit, path });
    const answers = new Answers();
    for await (const event of table.queryManager.run(target, query, { signal })) {
      answers.note(event);
      if (event.name !== "PEER_RESPONSE") continue;
      await nearest.add(event.from);
      for (const provider of event.providers.slice(0, MAX_PROVIDERS_PER_ANSWER)) {
        yield toDhtPeer(mapper(provider), event.from);
      }
    }
    signal.throwIfAborted();
    answers.throwIfNone();
  }

  async *getRecords(
    peerIds: readonly string[],
    holder: string,
    signal: AbortSignal,
  ): AsyncGenerator<DhtRecord> {
    const { store, openStream } = this.#options;
    const keys = peerIds.map(toPeerKey);
    const values = holder === this.#peerId
      ? store.getValues(keys)
      : askForValues(await openStream(peerIdFromString(holder), signal), keys, signal);
    for await (const { key, value } of values) {
      const peerId = fromPeerKey(key);
      if (peerId !== undefined) yield { peerId, record: value };
    }
  }

  async #findNearest(cid: CID, signal: AbortSignal): Promise<readonly PeerId[]> {
    const target = cid.multihash.bytes;
    const { table } = this.#options;
    const last = this.#lastWay;
    const isKnown = last !== undefined && last.nearest.size > 0 && equalBytes(last.target, target);
    if (isKnown) return last.nearest.list();
    const nearest = await Nearest.create(target, table.k);
    for await (const event of table.getClosestPeers(target, { signal })) {
      if (event.name === "PEER_RESPONSE") await nearest.add(event.from);
    }
    return nearest.list();
  }

  /** Send all of them the same. It is enough if one of them gets it. */
  async #tell(
    peers: readonly PeerId[],
    send: (peer: PeerId) => AsyncIterable<QueryEvent>,
    signal: AbortSignal,
  ): Promise<void> {
    const answers = new Answers();
    await Promise.all(peers.map(async (peer) => {
      for await (const event of send(peer)) answers.note(event);
    }));
    signal.throwIfAborted();
    answers.throwIfNone();
  }
}

async function toCid(key: Uint8Array): Promise<CID> {
  return CID.createV1(RAW, await sha256.digest(key));
}

function toDhtPeer({ id, multiaddrs }: PeerInfo, from: PeerId): DhtPeer {
  const addresses = multiaddrs.slice(0, MAX_ADDRESSES_PER_PEER).map((each) => each.toString());
  return { peerId: id.toString(), multiaddrs: addresses, namedBy: from.toString() };
}
