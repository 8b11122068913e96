import type { Config } from "../config/mod.ts";
import type { ReachOptions } from "../network/libp2p/mod.ts";

/**
 * How a node is reached from other networks.
 *
 * @param config The group `reach` of the configuration; without it everything is as by default, as suits
 * whoever only dials.
 */
export function toReachOptions(config: Config["reach"] | undefined): ReachOptions {
  if (config === undefined) return {};
  const { relay, relayPeers, relayServer, autonat, holePunch, announceAddresses } = config;
  return {
    relayed: relay,
    relays: relayPeers,
    relayServer: relayServer ? {} : undefined,
    autonat,
    holePunch,
    announce: announceAddresses,
  };
}
