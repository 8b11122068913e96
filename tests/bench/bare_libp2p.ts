import { createSocket } from "node:dgram";
import { once } from "node:events";
import { identify } from "@libp2p/identify";
import type { Libp2p } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { createLibp2p } from "libp2p";

/** Where nodes of a local network find each other (RFC 6762). */
const MDNS = { port: 5353, group: "224.0.0.251" };

/** How a bare node is started. */
export interface BareLibp2pOptions {
  /** @default {["/ip4/127.0.0.1/tcp/0"]} */
  readonly listen?: readonly string[];
  /** Whether it listens where nodes of a local network find each other. @default {true} */
  readonly mdns?: boolean;
}

/**
 * Start libp2p with the modules that a node of mcpp has, and nothing of mcpp.
 *
 * @param options Where it listens, and whether it is found.
 */
export async function startBareLibp2p(options: BareLibp2pOptions = {}): Promise<Libp2p> {
  const { listen = ["/ip4/127.0.0.1/tcp/0"], mdns = true } = options;
  if (mdns) await listenToMulticast();
  return await createLibp2p({
    addresses: { listen: [...listen] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ maxEarlyStreams: 1024 })],
    services: { identify: identify(), ping: ping() },
  });
}

/** Nothing that comes is looked at. The socket ends with the process. */
async function listenToMulticast(): Promise<void> {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  const bound = once(socket, "listening");
  socket.bind(MDNS.port);
  await bound;
  socket.addMembership(MDNS.group);
}
