import {
  type PeerId,
  type PeerInfo,
  serviceCapabilities,
  serviceDependencies,
  type Startable,
} from "@libp2p/interface";
import type { DisjointPath, KadDHT, QueryEvent, RoutingTable } from "@libp2p/kad-dht";
import type { MessageType } from "@libp2p/kad-dht";
import type { CID } from "multiformats/cid";

/** A message to one peer of the table. */
export interface TableMessage {
  readonly type: MessageType;
  readonly key: Uint8Array;
  /** What is to be kept under the key. */
  readonly record?: Uint8Array;
  /** Who is to be entered under it. */
  readonly providers?: readonly { readonly id: Uint8Array; readonly multiaddrs: Uint8Array[] }[];
}

/** How a message is sent. */
export interface SendOptions {
  readonly signal: AbortSignal;
  readonly path: DisjointPath;
}

/** What is asked of each peer on the way. */
export type TableQuery = (at: {
  readonly peer: PeerInfo;
  readonly signal: AbortSignal;
  readonly path: DisjointPath;
}) => AsyncIterable<QueryEvent>;

/**
 * What the package makes, with the members that its interface keeps to itself. They are used as its
 * own search for providers ends with the first twenty, also where more are known.
 */
export interface Table extends KadDHT, Startable {
  readonly routingTable: RoutingTable;
  readonly providers: {
    addProvider(key: CID, peer: PeerId): Promise<void>;
    getProviders(key: CID): Promise<readonly PeerId[]>;
  };
  readonly network: {
    /** Send a message, and read the answer. */
    sendRequest(to: PeerId, message: TableMessage, options: SendOptions): AsyncIterable<QueryEvent>;
    /** Send a message to which there is no answer. */
    sendMessage(to: PeerId, message: TableMessage, options: SendOptions): AsyncIterable<QueryEvent>;
  };
  readonly queryManager: {
    run(
      key: Uint8Array,
      query: TableQuery,
      options: { readonly signal: AbortSignal },
    ): AsyncIterable<QueryEvent>;
  };
  /** Called with each peer that is named or connected; it is dialled then, to see whether it is there. */
  onPeerConnect(peer: PeerInfo): Promise<void>;
}

const MEMBERS = ["routingTable", "providers", "network", "queryManager", "onPeerConnect"];

/**
 * See a table as what it is.
 *
 * @throws {TypeError} If the package was changed so much that it is not that any more.
 */
export function toTable(dht: KadDHT): Table {
  if (isTable(dht)) return dht;
  throw new TypeError("Cannot use table as the package has changed");
}

function isTable(dht: KadDHT): dht is Table {
  return MEMBERS.every((member) => member in dht);
}

/**
 * A table as a service of its node: started and stopped with it. As such it offers the node no help
 * in finding peers and contents, which libp2p would use without limits.
 */
export function createTableService(table: Table): Startable {
  return Object.assign({
    start: () => table.start(),
    stop: () => table.stop(),
    [serviceCapabilities]: ["@libp2p/kad-dht"],
    [serviceDependencies]: ["@libp2p/identify", "@libp2p/ping"],
  }, { [Symbol.toStringTag]: "@libp2p/kad-dht" });
}
