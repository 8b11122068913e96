import { identify } from "@libp2p/identify";
import type { Libp2p } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { createLibp2p } from "libp2p";
import type { Logger } from "../../telemetry/mod.ts";
import type { ConnectionPolicy } from "../trust/conduct.ts";
import { createComponentLogger } from "./component_logger.ts";
import { createConnectionGater } from "./connection_gater.ts";
import { type Identity, privateKeyOf } from "./identity.ts";
import { toListenError } from "./listen_error.ts";
import type { NodeFeatures } from "./node_features.ts";

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
  readonly policy: ConnectionPolicy | undefined;
  /** What the node can do besides. */
  readonly features: NodeFeatures;
  readonly logger: Logger | undefined;
}

/**
 * Start a libp2p node with limits that suit many short streams between few peers. libp2p's own are
 * made for the public network: they refuse the sixth connection per second from one host, drop a
 * connection that opens eleven streams at once, and kill one whose peer is busy for some seconds.
 *
 * TLS and mplex are not offered: the first fails under Deno, the second under load.
 *
 * @throws {ListenError} If it cannot listen.
 */
export async function startNode(options: StartNodeOptions): Promise<Libp2p> {
  const { identity, listen, policy, features, logger } = options;
  const privateKey = privateKeyOf(identity);
  try {
    return await createLibp2p({
      privateKey,
      logger: createComponentLogger(logger),
      addresses: {
        listen: [...listen, ...features.listen ?? []],
        appendAnnounce: [...features.announce ?? []],
      },
      transports: [tcp(), ...features.transports ?? []],
      ...(policy !== undefined && { connectionGater: createConnectionGater(policy) }),
      ...(features.connectionProtector !== undefined && {
        connectionProtector: features.connectionProtector,
      }),
      connectionEncrypters: [noise()],
      streamMuxers: [yamux({
        maxEarlyStreams: 1024,
        streamOptions: {
          maxStreamWindowSize: MAX_STREAM_WINDOW_BYTES,
          maxReadBufferLength: MAX_READ_BUFFER_BYTES,
          maxWriteBufferLength: MAX_WRITE_BUFFER_BYTES,
        },
      })],
      connectionManager: {
        maxConnections: 1000,
        maxIncomingPendingConnections: 200,
        inboundConnectionThreshold: 1000,
      },
      connectionMonitor: { abortConnectionOnPingFailure: false },
      services: { identify: identify(), ping: ping(), ...features.services },
    });
  } catch (error) {
    throw toListenError(listen, error);
  }
}
