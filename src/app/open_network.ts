import type { Clock } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import { type Network, PUBLIC_BOOTSTRAP, type Refusal } from "../network/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import { chooseTable } from "./choose_table.ts";
import { loadDiscoveryMethods } from "./load_discovery_methods.ts";
import type { NodeTrust } from "./open_trust.ts";
import { readSecretList } from "./read_secrets.ts";
import { toDialableRelay } from "./to_dialable_relay.ts";
import { toReachOptions } from "./to_reach_options.ts";

/** What a node's network needs besides its settings. */
export interface OpenNetworkOptions {
  /** Where the private key is kept; a new identity each time if absent. */
  readonly identityPath?: string | undefined;
  /** Whether it can be dialled. @default {true} */
  readonly isListening?: boolean | undefined;
  /** How it is reached from other networks. @default {undefined} as by default */
  readonly reach?: Config["reach"] | undefined;
  /** Whether it looks for peers. @default the same as `isListening` */
  readonly isSearching?: boolean | undefined;
  /** More ways to find peers. @default {undefined} none */
  readonly discovery?: Config["discovery"] | undefined;
  /** Where peers are remembered over restarts. @default {undefined} they are not */
  readonly knownPeersDirectory?: string | undefined;
  /** Whether the network is to be told when to begin looking for peers. @default {false} */
  readonly isDiscoveryDeferred?: boolean | undefined;
  /** Who may be connected, and who is kept connected. @default {undefined} everybody; nobody */
  readonly trust?: Pick<NodeTrust, "list" | "policy"> | undefined;
  /** Told of what peers were not let do. @default {nobody} */
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
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
  const { identityPath, isListening = true, discovery, reach, clock, signal } = options;
  const swarmKey = await readSwarmKey(config.swarmKeyFile);
  const { isSearching = isListening } = options;
  const { createIdentity, createPeerRecordCodec, loadOrCreateIdentity, openLibp2pNetwork } =
    await import("../network/libp2p/mod.ts");
  const identity = identityPath === undefined
    ? await createIdentity()
    : await loadOrCreateIdentity(identityPath);
  const table = discovery && chooseTable({ p2p: config, discovery, reach });
  // Whoever cannot be dialled is of no use to the table, and only asks.
  const kad = table && { ...table, isClient: !isListening };
  const createMethods = discovery &&
    await loadDiscoveryMethods(discovery, { isInTable: kad !== undefined });
  const publicIp = config.publicIp === "auto" ? undefined : config.publicIp;
  return await openLibp2pNetwork({
    identity,
    listen: isListening ? toListenAddresses(config) : [],
    // Whoever cannot be dialled has nothing to announce, and knows already whom it wants. A meeting point
    // is a peer like the others.
    bootstrap: isSearching
      ? [
        ...config.bootstrapPeers,
        ...discovery?.rendezvousPoints ?? [],
        ...kad?.kind === "public" ? PUBLIC_BOOTSTRAP : [],
        ...reach?.relayPeers.map(toDialableRelay) ?? [],
      ]
      : [],
    reach: toReachOptions(reach),
    swarmKey,
    kad,
    methods: createMethods && ((network, { dht }) =>
      createMethods({
        network,
        records: createPeerRecordCodec(identity),
        publicIp,
        announceFile: config.announceFile,
        trust: options.trust?.list,
        dht,
      })),
    knownPeersDirectory: options.knownPeersDirectory,
    isDiscoveryDeferred: options.isDiscoveryDeferred,
    mdns: isSearching && config.mdns,
    policy: options.trust?.policy,
    onRefusal: options.onRefusal,
    logger: getLogger("network"),
    clock,
    signal,
  });
}

/**
 * Where a node listens.
 *
 * @param config The group `p2p` of the configuration.
 * @returns Multiaddrs.
 */
export function toListenAddresses(
  { listen, listenHost, listenPort }: Config["p2p"],
): readonly string[] {
  if (listen.length > 0) return listen;
  // One socket for both families; on a host without IPv6 it is one for IPv4.
  if (listenHost === "0.0.0.0") return [`/ip6/::/tcp/${listenPort}`];
  const family = listenHost.includes(":") ? "ip6" : /^[0-9.]+$/.test(listenHost) ? "ip4" : "dns";
  return [`/${family}/${listenHost}/tcp/${listenPort}`];
}

async function readSwarmKey(path: string): Promise<Uint8Array | undefined> {
  if (path === "") return undefined;
  return new TextEncoder().encode(await readSecretList(path, getLogger("network")));
}
