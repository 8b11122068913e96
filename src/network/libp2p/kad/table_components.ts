import type { Connection, PeerId, Stream } from "@libp2p/interface";
import type { kadDHT } from "@libp2p/kad-dht";
import type { AddressBook } from "./address_book.ts";
import { overlay } from "./overlay.ts";
import { limitBytes, type RequestGate } from "./request_gate.ts";
import { createTablePeers } from "./table_peers.ts";
import type { TableStore } from "./table_store.ts";

/** What the package works with. */
export type TableComponents = Parameters<ReturnType<typeof kadDHT>>[0];

/** The name of something in a table's store. */
export type StoreKey = Parameters<TableComponents["datastore"]["get"]>[0];

type ConnectionManager = TableComponents["connectionManager"];
type Registrar = TableComponents["registrar"];

/** Neighbours with all their addresses; a liar could send megabytes. */
const MAX_ANSWER_BYTES = 256 * 1024;
const FRESH_CONNECTION_MS = 30_000;

/** Whose part in a table it is, and what that may use instead of the node's own. */
export interface TableComponentsOptions {
  readonly components: TableComponents;
  readonly store: TableStore;
  readonly addresses: AddressBook;
  /** Lets the questions of others in. */
  readonly gate: RequestGate;
}

/**
 * A node's parts, as its table sees them. The package takes what others send for true and keeps all
 * of it; here it gets a store and an address book of its own, with limits, and streams with limits.
 */
export function toTableComponents(options: TableComponentsOptions): TableComponents {
  const { components, store, addresses, gate } = options;
  const { connectionManager, registrar, peerStore, datastore } = components;
  const connect = createConnect(connectionManager, addresses);
  return overlay(components, {
    datastore: overlay(datastore, {
      put: (key, value) => store.put(key, value),
      get: (key) => store.get(key),
      has: (key) => store.has(key),
      delete: (key) => store.delete(key),
      query: (query) => store.query(query),
    }),
    peerStore: createTablePeers(peerStore),
    connectionManager: overlay(connectionManager, { openStream: createOpenStream(connect) }),
    registrar: overlay(registrar, { handle: createHandle(registrar, gate) }),
    // Another service: it may be created after this one.
    get ping() {
      return overlay(components.ping, { ping: createPing(components) });
    },
  });
}

type Ping = TableComponents["ping"]["ping"];

/** The package asks whoever has just connected whether it is there. The handshake has shown that. */
function createPing({ connectionManager, ping }: TableComponents): Ping {
  const hasJustConnected = ({ status, timeline }: Connection): boolean =>
    status === "open" && Date.now() - timeline.open < FRESH_CONNECTION_MS;
  return async (peer, options) => {
    const isThere = isPeerId(peer) && connectionManager.getConnections(peer).some(hasJustConnected);
    return isThere ? 0 : await ping.ping(peer, options);
  };
}

type Connect = (
  peer: PeerId,
  options: Parameters<ConnectionManager["openConnection"]>[1],
) => Promise<Connection>;

/** Where a peer is the book says, and not the node, which would ask the table. */
function createConnect(manager: ConnectionManager, addresses: AddressBook): Connect {
  return async (peer, options) => {
    const open = manager.getConnections(peer).find(({ status }) => status === "open");
    if (open !== undefined) return open;
    const told = addresses.get(peer.toString());
    return await manager.openConnection(told.length === 0 ? peer : [...told], options);
  };
}

function createOpenStream(connect: Connect): ConnectionManager["openStream"] {
  return async (peer, protocol, options): Promise<Stream> => {
    if (!isPeerId(peer)) throw new TypeError("Cannot open stream as a table knows peers by id");
    const connection = await connect(peer, options);
    // The first message goes out with the protocol, which the peer is known to serve.
    const stream = await connection.newStream(protocol, { ...options, negotiateFully: false });
    limitBytes(stream, MAX_ANSWER_BYTES);
    return stream;
  };
}

function createHandle(registrar: Registrar, gate: RequestGate): Registrar["handle"] {
  return (protocol, handler, options) =>
    registrar.handle(protocol, (stream, connection) => {
      if (gate.admit(stream, connection)) return handler(stream, connection);
    }, options);
}

function isPeerId(target: Parameters<ConnectionManager["openStream"]>[0]): target is PeerId {
  return "toMultihash" in target;
}
