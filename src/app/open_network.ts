import type { Clock } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import type { Network } from "../network/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import { loadDiscoveryMethods } from "./load_discovery_methods.ts";

/** What a node's network needs besides its settings. */
export interface OpenNetworkOptions {
  /** Where the private key is kept; a new identity each time if absent. */
  readonly identityPath?: string | undefined;
  /** Whether it can be dialled. @default {true} */
  readonly isListening?: boolean | undefined;
  /** More ways to find peers. @default {undefined} none */
  readonly discovery?: Config["discovery"] | undefined;
  /** Where peers are remembered over restarts. @default {undefined} they are not */
  readonly knownPeersDirectory?: string | undefined;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Open the peer-to-peer node. libp2p is loaded here and not before.
 *
 * @param config The group `p2p` of the configuration.
 * @param options Identity and role.
 * @returns The network.
 */
export async function openNetwork(
  config: Config["p2p"],
  options: OpenNetworkOptions,
): Promise<Network> {
  const { identityPath, isListening = true, discovery, clock, signal } = options;
  const { createIdentity, createPeerRecordCodec, loadOrCreateIdentity, openLibp2pNetwork } =
    await import("../network/libp2p/mod.ts");
  const identity = identityPath === undefined
    ? await createIdentity()
    : await loadOrCreateIdentity(identityPath);
  const createMethods = discovery && await loadDiscoveryMethods(discovery);
  const publicIp = config.publicIp === "auto" ? undefined : config.publicIp;
  return await openLibp2pNetwork({
    identity,
    listen: isListening ? toListenAddresses(config) : [],
    // Whoever cannot be dialled has nothing to announce, and knows already whom it wants. A meeting point
    // is a peer like the others.
    bootstrap: isListening ? [...config.bootstrapPeers, ...discovery?.rendezvousPoints ?? []] : [],
    methods: createMethods && ((network) =>
      createMethods({
        network,
        records: createPeerRecordCodec(identity),
        publicIp,
        announceFile: config.announceFile,
      })),
    knownPeersDirectory: options.knownPeersDirectory,
    mdns: isListening && config.mdns,
    logger: getLogger("network"),
    clock,
    signal,
  });
}

function toListenAddresses({ listen, listenHost, listenPort }: Config["p2p"]): readonly string[] {
  if (listen.length > 0) return listen;
  const family = listenHost.includes(":") ? "ip6" : /^[0-9.]+$/.test(listenHost) ? "ip4" : "dns";
  return [`/${family}/${listenHost}/tcp/${listenPort}`];
}
