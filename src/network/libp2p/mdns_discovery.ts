import type { ComponentLogger, PeerInfo, Startable } from "@libp2p/interface";
import { mdns, type MulticastDNSComponents } from "@libp2p/mdns";
import type { DiscoveredPeers } from "../discovery/discovered_peers.ts";

/** The name under which mDNS appears as a discovery method. */
const METHOD = "mdns";

/**
 * Find peers on the local network, and be found (libp2p's mDNS discovery, `_p2p._udp.local`).
 *
 * It is a plain service, not one of libp2p's `peerDiscovery` modules: those put every address that
 * anybody claims into the peer store, which has no limit.
 */
export function createMdnsDiscovery(
  peers: DiscoveredPeers,
): (components: MulticastDNSComponents & { logger: ComponentLogger }) => Startable {
  return (components) => {
    const discovery = mdns()(components);
    discovery.addEventListener("peer", (event: CustomEvent<PeerInfo>) => {
      const { id, multiaddrs } = event.detail;
      peers.observe({
        peerId: id.toString(),
        multiaddrs: multiaddrs.map((address) => address.toString()),
        method: METHOD,
      });
    });
    const service = discovery as typeof discovery & Startable;
    return { start: () => service.start(), stop: () => service.stop() };
  };
}
