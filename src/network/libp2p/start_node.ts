import { identify } from "@libp2p/identify";
import type { Libp2p } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { ping } from "@libp2p/ping";
import { yamux } from "@libp2p/yamux";
import { createLibp2p } from "libp2p";
import type { Logger } from "../../telemetry/mod.ts";
import { compareAddresses } from "./compare_addresses.ts";
import { createComponentLogger } from "./component_logger.ts";
import { dualStackTcp, mergeWildcards } from "./dual_stack_tcp.ts";
import type { NodeGuard } from "./guard/node_guard.ts";
import { type Identity, privateKeyOf } from "./identity.ts";
import { toListenError } from "./listen_error.ts";
import { componentsOf } from "./node_components.ts";
import type { NodeFeatures } from "./node_features.ts";
import type { OwnAddresses } from "./own_addresses.ts";

/**
 * A sender may fill the window after it was told to pause, so this bounds the memory that a slow
 * reader costs. 1 MiB is 10 MiB/s over a path with a round trip of 100 ms.
 */
const MAX_STREAM_WINDOW_BYTES = 1024 * 1024;
/** Above the window, or a paused stream would be reset. */
const MAX_READ_BUFFER_BYTES = 4 * MAX_STREAM_WINDOW_BYTES;
/** Writers wait long before; without a limit a mistake here would go unnoticed. */
const MAX_WRITE_BUFFER_BYTES = 8 * 1024 * 1024;

/** What a node is started with. */
export interface StartNodeOptions {
  readonly identity: Identity;
  readonly listen: readonly string[];
  /** What others are told of where the node is. */
  readonly addresses: OwnAddresses;
  /** Holds peers to what they may do. */
  readonly guard: NodeGuard;
  /** What the node can do besides. */
  readonly features: NodeFeatures;
  readonly logger: Logger | undefined;
}

/**
 * Start a libp2p node with limits that suit many short streams between few peers. libp2p's own are
 * made for the public network: they refuse the sixth connection per second from one host, drop a
 * connection that opens eleven streams at once, and kill one whose peer is busy for some seconds.
 * Which connections are dead is found out in another way.
 *
 * TLS and mplex are not offered: the first fails under Deno, the second under load.
 *
 * @throws {ListenError} If it cannot listen.
 */
export async function startNode(options: StartNodeOptions): Promise<Libp2p> {
  const { identity, listen, addresses, guard, features, logger } = options;
  const privateKey = privateKeyOf(identity);
  try {
    const node = await createLibp2p({
      privateKey,
      logger: createComponentLogger(logger),
      addresses: {
        listen: [...mergeWildcards(listen)],
        announceFilter: addresses.announced,
      },
      transports: [dualStackTcp()],
      connectionGater: guard.gater,
      ...(features.connectionProtector !== undefined && {
        connectionProtector: features.connectionProtector,
      }),
      connectionEncrypters: [noise()],
      streamMuxers: [guard.rememberMuxers(yamux({
        maxEarlyStreams: 1024,
        streamOptions: {
          maxStreamWindowSize: MAX_STREAM_WINDOW_BYTES,
          maxReadBufferLength: MAX_READ_BUFFER_BYTES,
          maxWriteBufferLength: MAX_WRITE_BUFFER_BYTES,
        },
      }))],
      connectionManager: {
        maxConnections: 1000,
        maxIncomingPendingConnections: 500,
        inboundConnectionThreshold: 1000,
        addressSorter: compareAddresses,
      },
      connectionMonitor: { enabled: false },
      services: { identify: identify(), ping: ping(), ...features.services },
    });
    guard.attach(node);
    const { transportManager } = componentsOf(node);
    addresses.attach({ listening: () => transportManager.getAddrs().map(String) });
    return node;
  } catch (error) {
    throw toListenError(listen, error);
  }
}
