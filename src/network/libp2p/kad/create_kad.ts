import type { Libp2p, PeerInfo } from "@libp2p/interface";
import {
  kadDHT,
  type KadDHTInit,
  passthroughMapper,
  removePrivateAddressesMapper,
} from "@libp2p/kad-dht";
import type { Clock } from "../../../concurrency/mod.ts";
import type { Dht } from "../../discovery/dht/dht.ts";
import { InvalidPeerRecordError } from "../../errors.ts";
import type { NodeFeatures } from "../node_features.ts";
import { AddressBook } from "./address_book.ts";
import type { KadOptions } from "./kad_options.ts";
import { KadTable } from "./kad_table.ts";
import { RECORD_NAMESPACE } from "./peer_key.ts";
import { checkRecord, selectRecord } from "./record_rules.ts";
import { RequestGate } from "./request_gate.ts";
import { type TableComponents, toTableComponents } from "./table_components.ts";
import { createTableService, type Table, toTable } from "./table_service.ts";
import { TableStore } from "./table_store.ts";

/** A node's part in a distributed hash table. */
export interface Kad {
  readonly features: NodeFeatures;
  /** The table, once the node is there. */
  open(node: Libp2p): Dht;
}

/** What a {@linkcode Kad} works with. */
export interface KadDeps {
  /** Told of a peer that asks more than it may. */
  readonly onFlood: (peerId: string) => void;
  readonly clock: Clock;
}

/** Of the private table. What it keeps is repeated every few minutes, so few copies will do. */
const COPIES = 8;
const SELF_QUERY_INTERVAL_MS = 5 * 60 * 1000;

/**
 * Prepare to take part in a distributed hash table.
 *
 * libp2p's own use of it is left out: what others say in the table is not added to what the node
 * knows of peers, and the node asks nobody where a peer is.
 *
 * @param options Which one, and how.
 * @param deps Whom to tell of those who ask too much.
 */
export function createKad(options: KadOptions, { onFlood, clock }: KadDeps): Kad {
  const addresses = new AddressBook();
  const store = new TableStore(clock);
  const gate = new RequestGate({ onFlood, clock });
  const init = toInit(options);
  let table: Table | undefined;
  let manager: TableComponents["connectionManager"] | undefined;
  // libp2p types services as if each could do with any components.
  const createService: unknown = (components: TableComponents): unknown => {
    const own = toTableComponents({ components, store, addresses, gate });
    manager = own.connectionManager;
    table = toTable(kadDHT(init)(own));
    dialNobodyOnHearsay(table, (peer) => {
      addresses.add(init.peerInfoMapper(peer));
      return components.connectionManager.getConnections(peer.id).length > 0;
    });
    return createTableService(table);
  };
  return {
    features: { services: { dht: createService as NonNullable<NodeFeatures["services"]>[string] } },
    open(node): Dht {
      const [own, streams] = [table, manager];
      if (own === undefined || streams === undefined) {
        throw new TypeError("Cannot open table as there is no node yet");
      }
      return new KadTable({
        table: own,
        store,
        getSelf: () => ({ id: node.peerId, multiaddrs: node.getMultiaddrs() }),
        openStream: (peer, signal) => streams.openStream(peer, init.protocol, { signal }),
        keepsRecords: options.kind !== "public",
        mapper: init.peerInfoMapper,
      });
    },
  };
}

function toInit(
  { kind, isClient = false }: KadOptions,
): KadDHTInit & Required<Pick<KadDHTInit, "protocol" | "peerInfoMapper">> {
  const common: KadDHTInit = {
    // The first question goes to whoever is known by then, and leads to those who matter.
    allowQueryWithZeroPeers: true,
    initialQuerySelfInterval: SELF_QUERY_INTERVAL_MS,
    querySelfInterval: SELF_QUERY_INTERVAL_MS,
    // What others say is looked at, and not all of it.
    routingTableUpdateMaxQueueSize: 256,
    networkDialTimeout: { minTimeout: 2_000, maxTimeout: 10_000 },
    validators: {
      pk: refuse,
      [RECORD_NAMESPACE]: async (key, value) => void await checkRecord(key, value),
    },
    selectors: { [RECORD_NAMESPACE]: selectRecord },
  };
  if (kind === "public") {
    const peerInfoMapper = removePrivateAddressesMapper;
    return { ...common, protocol: "/ipfs/kad/1.0.0", clientMode: true, peerInfoMapper };
  }
  return {
    ...common,
    protocol: "/mcpp/kad/1.0.0",
    clientMode: isClient,
    peerInfoMapper: passthroughMapper,
    kBucketSize: COPIES,
    alpha: 3,
    disjointPaths: 2,
  };
}

/**
 * Keep a table from dialling whoever is named to it: anybody could have a node dial anything, and
 * all nodes of a small table would be connected to all others. Who is on the way to a key is dialled.
 */
function dialNobodyOnHearsay(table: Table, isConnected: (peer: PeerInfo) => boolean): void {
  const add = table.onPeerConnect.bind(table);
  table.onPeerConnect = async (peer) => {
    if (isConnected(peer)) await add(peer);
  };
}

/** Ids of today hold their keys, so nobody needs to keep keys for others. */
function refuse(): never {
  throw new InvalidPeerRecordError("it is a key");
}
