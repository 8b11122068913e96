import { identify } from "@libp2p/identify";
import type { Libp2p } from "@libp2p/interface";
import { mdns } from "@libp2p/mdns";
import { noise } from "@libp2p/noise";
import { ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { createLibp2p } from "libp2p";

/** How a bare node is started. */
export interface BareLibp2pOptions {
  /** @default {["/ip4/127.0.0.1/tcp/0"]} */
  readonly listen?: readonly string[];
  /** @default {true} */
  readonly mdns?: boolean;
}

/**
 * Start libp2p with the modules that a node of mcpp has, and nothing of mcpp.
 *
 * @param options Where it listens, and whether it is found.
 */
export function startBareLibp2p(options: BareLibp2pOptions = {}): Promise<Libp2p> {
  const { listen = ["/ip4/127.0.0.1/tcp/0"] } = options;
  return createLibp2p({
    addresses: { listen: [...listen] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ maxEarlyStreams: 1024 })],
    peerDiscovery: options.mdns === false ? [] : [mdns()],
    services: { identify: identify(), ping: ping() },
  });
}
