import type { Connection, Libp2p } from "@libp2p/interface";
import type { Clock, TaskGroup } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { PeerBook } from "../discovery/peer_book.ts";
import { PeerUnknownError } from "../errors.ts";
import { ConnectionWatch, type WatchedConnection } from "./connection_watch.ts";
import { tryParseMultiaddr } from "./multiaddr.ts";
import { listOpenConnections, PING_PROTOCOL } from "./open_connections.ts";

/** A check must not fail as others are under way. */
const MAX_PINGS = 64;

/** What is watched, and with what. */
export interface WatchConnectionsOptions {
  readonly node: Libp2p;
  readonly peers: PeerBook;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

/**
 * Watch the connections of a node, until the group ends.
 *
 * @param group Owns the work.
 * @param options The node.
 * @returns The watch.
 */
export function watchConnections(
  group: TaskGroup,
  options: WatchConnectionsOptions,
): ConnectionWatch {
  const { node, clock, logger } = options;
  const toWatched = (connection: Connection): WatchedConnection => watched(connection, options);
  const watch = new ConnectionWatch(group, {
    connections: () => listOpenConnections(node).map(toWatched),
    clock,
    logger,
  });
  const onOpen = ({ detail }: CustomEvent<Connection>): void => watch.noteOpened(toWatched(detail));
  node.addEventListener("connection:open", onOpen);
  group.signal.addEventListener("abort", () => {
    node.removeEventListener("connection:open", onOpen);
  }, { once: true });
  return watch;
}

function watched(
  connection: Connection,
  { node, peers }: WatchConnectionsOptions,
): WatchedConnection {
  const peerId = connection.remotePeer.toString();
  return {
    id: connection.id,
    peerId,
    ping: async (signal) => {
      const stream = await connection.newStream([PING_PROTOCOL], {
        maxOutboundStreams: MAX_PINGS,
        runOnLimitedConnection: true,
        signal,
      });
      stream.abort(new Error("The peer has answered"));
    },
    dialAnew: async (signal) => {
      // Where an inbound connection comes from is not where its peer can be dialled.
      const own = connection.direction === "outbound" ? [connection.remoteAddr] : [];
      const known = peers.get(peerId)?.multiaddrs ?? [];
      const multiaddrs = [...own, ...known.map(tryParseMultiaddr)]
        .filter((each) => each !== undefined);
      if (multiaddrs.length === 0) throw new PeerUnknownError(peerId);
      // Without `force` libp2p would give out the very connection in question.
      await node.dial(multiaddrs, { signal, force: true });
    },
    abort: (reason) => connection.abort(reason),
  };
}
