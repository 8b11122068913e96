import type { Libp2p, PeerId } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { type Clock, type TaskGroup, waitForAbort } from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import type { PeerBook } from "../../discovery/peer_book.ts";
import type { Reachability } from "../../network.ts";
import { tryParseMultiaddr } from "../multiaddr.ts";
import { componentsOf, type NodeComponents } from "../node_components.ts";
import { listOpenConnections } from "../open_connections.ts";
import type { OwnAddresses } from "../own_addresses.ts";
import { Autonat } from "./autonat/autonat.ts";
import { DirectLinks } from "./direct_links.ts";
import type { ReachOptions } from "./reach_options.ts";
import { MAX_MET_RELAYS, RelayPlaces } from "./relay_places.ts";
import type { RelayClient } from "./relaying.ts";

/** Served by relays. */
const HOP_PROTOCOL = "/libp2p/circuit/relay/0.2.0/hop";

/** What {@linkcode Reach} works with. */
export interface ReachDeps {
  readonly node: Libp2p;
  readonly peers: PeerBook;
  readonly addresses: OwnAddresses;
  /** Whether the node listens: else it only reaches others, and nobody reaches it. */
  readonly isListening: boolean;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

/**
 * How a node is reached from networks that cannot dial it, and reaches nodes that it cannot dial.
 *
 * What is needed for relays is loaded when the first one is met, or the first address through one is dialled:
 * most nodes never need it.
 */
export class Reach {
  readonly #group: TaskGroup;
  readonly #options: ReachOptions;
  readonly #deps: ReachDeps;
  readonly #components: NodeComponents;
  readonly #relays: ReadonlySet<string>;
  readonly #autonat: Autonat | undefined;
  /** Connected peers that relay. */
  readonly #relaying = new Set<string>();
  #client: Promise<RelayClient> | undefined;
  #places: RelayPlaces | undefined;

  /** The group owns all work. */
  constructor(group: TaskGroup, options: ReachOptions, deps: ReachDeps) {
    this.#group = group;
    this.#options = options;
    this.#deps = deps;
    this.#components = componentsOf(deps.node);
    this.#relays = new Set((options.relays ?? []).flatMap((relay) => relayIdOf(relay) ?? []));
    this.#autonat = (options.autonat ?? true) && deps.isListening
      ? new Autonat({ ...deps, components: this.#components })
      : undefined;
  }

  /** Begin. Returns when the node relays for others, if it is to. */
  async start(): Promise<void> {
    const { relayServer, relayed = true } = this.#options;
    const { node } = this.#deps;
    if (relayServer !== undefined) {
      const { startRelayServer } = await import("./relaying.ts");
      this.#own("relay server", await startRelayServer(this.#components, relayServer));
    }
    if (relayed && this.#deps.isListening) this.#watchForRelays(node);
    await this.#autonat?.start(this.#group);
  }

  /** Make sure that addresses through relays can be dialled, if they may. */
  async prepareToDial(): Promise<void> {
    if (this.#options.relayed ?? true) await this.#openClient();
  }

  /** Whether others can reach the node, and how. */
  reachability(): Reachability {
    const addresses = this.#deps.addresses.list();
    return { status: this.#autonat?.status() ?? "unknown", addresses };
  }

  #watchForRelays(node: Libp2p): void {
    const note = (peerId: PeerId, protocols: readonly string[]): void => {
      if (!protocols.includes(HOP_PROTOCOL)) return;
      this.#relaying.add(peerId.toString());
      this.#useRelays();
    };
    const onIdentify = ({ detail }: CustomEvent<{ peerId: PeerId; protocols: string[] }>): void =>
      note(detail.peerId, detail.protocols);
    // Closed at the end of the group: both are gone then, or about to be.
    node.addEventListener("peer:identify", onIdentify);
    node.addEventListener("peer:disconnect", ({ detail }) => {
      if (this.#relaying.delete(detail.toString())) this.#places?.wake();
    });
  }

  #useRelays(): void {
    if (this.#places !== undefined) return this.#places.wake();
    if (this.#group.signal.aborted) return;
    const { clock, logger } = this.#deps;
    let client: RelayClient | undefined;
    const places = new RelayPlaces({
      configured: this.#relays,
      relays: () => this.#connectedRelays(),
      wantsOthers: () => this.#autonat?.status() !== "public",
      hasPlace: (relay) => client?.hasPlace(relay) ?? false,
      takePlace: async (relay) => await (await this.#openClient()).takePlace(relay),
      clock,
      logger,
    });
    this.#places = places;
    this.#group.spawn("places at relays", async (signal) => {
      try {
        client = await this.#openClient();
      } catch (error) {
        this.#places = undefined;
        logger?.warn("Relays cannot be used", { error });
        return;
      }
      client.onChange(() => places.wake());
      await places.hold(signal);
    });
  }

  #connectedRelays(): readonly PeerId[] {
    return [...this.#relaying].map((id) => peerIdFromString(id)).filter((id) =>
      listOpenConnections(this.#deps.node, id).some(({ direct }) => direct)
    );
  }

  #openClient(): Promise<RelayClient> {
    this.#client ??= this.#startClient().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #startClient(): Promise<RelayClient> {
    const { isListening, node, clock, logger } = this.#deps;
    const { holePunch = true } = this.#options;
    const { startRelayClient } = await import("./relaying.ts");
    const maxPlaces = isListening ? this.#relays.size + MAX_MET_RELAYS : 0;
    const client = await startRelayClient(this.#components, { maxPlaces, holePunch });
    this.#own("relayed connections", client);
    const addressesOf = (peerId: PeerId) => this.#addressesOf(peerId);
    new DirectLinks(this.#group, { node, addressesOf, isTrying: holePunch, clock, logger }).watch();
    return client;
  }

  /** What the peer says itself, and what discovery has found. */
  async #addressesOf(peerId: PeerId) {
    const { peers, node } = this.#deps;
    const known = peers.get(peerId.toString())?.multiaddrs ?? [];
    const told = await node.peerStore.getInfo(peerId).catch(() => undefined);
    const all = new Set([...told?.multiaddrs.map(String) ?? [], ...known]);
    return [...all].map((address) =>
      tryParseMultiaddr(address.includes("/p2p/") ? address : `${address}/p2p/${peerId}`)
    ).filter((address) => address !== undefined);
  }

  #own(name: string, part: AsyncDisposable): void {
    this.#group.spawn(name, async (signal) => {
      await using _part = part;
      await waitForAbort(signal);
    });
  }
}

function relayIdOf(relay: string): string | undefined {
  return /\/p2p\/([^/]+)(\/p2p-circuit)?$/.exec(relay)?.[1];
}
