import type { Connection, Libp2p, PeerId, Stream as RawStream } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import {
  type Clock,
  isCancellation,
  type TaskGroup,
  waitForAbort,
} from "../../../../concurrency/mod.ts";
import type { Logger } from "../../../../telemetry/mod.ts";
import { withoutPeerId } from "../../../discovery/peer_address.ts";
import type { Reachability } from "../../../network.ts";
import { tryParseMultiaddr } from "../../multiaddr.ts";
import type { NodeComponents } from "../../node_components.ts";
import { listOpenConnections } from "../../open_connections.ts";
import type { OwnAddresses } from "../../own_addresses.ts";
import { Bell } from "../../../bell.ts";
import { Answerer } from "./answerer.ts";
import { isPublicTcp } from "./is_public_tcp.ts";
import { DIAL_BACK_PROTOCOL, DIAL_REQUEST_PROTOCOL } from "./message.ts";
import { ObservedHosts } from "./observed_hosts.ts";
import { Prober } from "./prober.ts";
import { Verdicts } from "./verdicts.ts";

/** A peer is asked again after this time; one for which nothing has come out of it, too. */
const ASK_AGAIN_MS = 15 * 60 * 1000;
const CHECK_MS = 60_000;
/** New peers come in groups, and have to be identified. */
const SETTLE_MS = 250;
/** Asked about each address. */
const MAX_ASKED = 4;
const MAX_STREAMS = 16;

/** What {@linkcode Autonat} works with. */
export interface AutonatDeps {
  readonly node: Libp2p;
  readonly components: NodeComponents;
  readonly addresses: OwnAddresses;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  /** Whether an address is worth to be asked about, and may be dialled for others. @default public ones */
  readonly isDialable?: ((multiaddr: string) => boolean) | undefined;
}

/**
 * Finds out whether others can dial this node, by asking peers to try, and does the same for them: AutoNAT v2.
 *
 * The wire is that of the specification. What is concluded is not what `@libp2p/autonat-v2` concludes, which
 * wants to hear it from four networks before it believes it, and from eight peers that it is not so: a small
 * swarm would never know.
 */
export class Autonat {
  readonly #deps: AutonatDeps;
  readonly #prober: Prober;
  readonly #answerer: Answerer;
  readonly #verdicts: Verdicts;
  readonly #hosts = new ObservedHosts();
  readonly #servers = new Map<string, PeerId>();
  /** By address and peer: when it was asked. */
  readonly #askedMs = new Map<string, number>();
  readonly #bell: Bell;

  constructor(deps: AutonatDeps) {
    this.#deps = deps;
    this.#prober = new Prober(deps);
    this.#answerer = new Answerer(deps);
    this.#verdicts = new Verdicts(deps.clock);
    this.#bell = new Bell(deps.clock);
  }

  /** Whether others can dial this node. */
  status(): Reachability["status"] {
    return this.#verdicts.status();
  }

  /** Serve others, and ask them, until the group ends. */
  async start(group: TaskGroup): Promise<void> {
    const { node } = this.#deps;
    await this.#serve(
      group,
      DIAL_REQUEST_PROTOCOL,
      (raw, connection, signal) => this.#answerer.answer(raw, connection, signal),
    );
    await this.#serve(
      group,
      DIAL_BACK_PROTOCOL,
      (raw, connection, signal) => this.#prober.receive(raw, connection, signal),
    );
    node.addEventListener("peer:identify", ({ detail }) => this.#note(detail));
    node.addEventListener("peer:disconnect", ({ detail }) => {
      this.#servers.delete(detail.toString());
    });
    node.addEventListener("self:peer:update", () => this.#bell.ring());
    group.spawn("autonat", (signal) => this.#run(signal));
  }

  async #serve(
    group: TaskGroup,
    protocol: string,
    handler: (raw: RawStream, connection: Connection, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { node } = this.#deps;
    const accept = (raw: RawStream, connection: Connection): void => {
      if (group.signal.aborted) return raw.abort(new Error("The node is closing"));
      group.spawn(protocol, (signal) => handler(raw, connection, signal));
    };
    const limits = { maxInboundStreams: MAX_STREAMS, maxOutboundStreams: MAX_STREAMS };
    await node.handle(protocol, accept, limits);
    group.spawn(`serve ${protocol}`, async (signal) => {
      await waitForAbort(signal);
      await node.unhandle(protocol);
    });
  }

  #note(identified: Identified): void {
    const { peerId, protocols, observedAddr, connection } = identified;
    if (!connection.direct) return;
    if (protocols.includes(DIAL_REQUEST_PROTOCOL)) this.#servers.set(peerId.toString(), peerId);
    if (observedAddr !== undefined) this.#hosts.note(observedAddr.toString());
    this.#bell.ring();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#deps;
    while (!signal.aborted) {
      try {
        await this.#bell.wait(CHECK_MS, signal);
        await clock.sleep(SETTLE_MS, { signal });
        await this.#check(signal);
      } catch (error) {
        // The node works without knowing whether others can dial it.
        if (!isCancellation(error, signal)) logger?.warn("AutoNAT check failed", { error });
      }
    }
  }

  async #check(signal: AbortSignal): Promise<void> {
    const candidates = this.#candidates();
    for (const address of this.#verdicts.addresses()) {
      if (!candidates.includes(address)) {
        this.#conclude(address, () => this.#verdicts.forget(address));
      }
    }
    for (const address of candidates) {
      this.#conclude(address, () => {});
      for (const connection of this.#connectionsToAsk(address)) {
        await this.#ask(address, connection, signal);
      }
    }
  }

  async #ask(address: string, connection: Connection, signal: AbortSignal): Promise<void> {
    const peerId = connection.remotePeer.toString();
    this.#askedMs.set(`${address} ${peerId}`, this.#deps.clock.monotonicMs());
    const isReachable = await this.#prober.probe(connection, address, signal);
    if (isReachable === undefined) return;
    this.#conclude(address, () => this.#verdicts.add(address, peerId, isReachable));
  }

  /** Addresses about which there is something to ask. */
  #candidates(): readonly string[] {
    const { addresses, isDialable = isPublicTcp } = this.#deps;
    const listening = addresses.listening();
    const all = [...addresses.configured, ...listening, ...this.#hosts.guess(listening)];
    return [...new Set(all)].filter(isDialable);
  }

  #connectionsToAsk(address: string): readonly Connection[] {
    const { node, clock } = this.#deps;
    const nowMs = clock.monotonicMs();
    for (const [key, atMs] of this.#askedMs) {
      if (nowMs - atMs >= ASK_AGAIN_MS) this.#askedMs.delete(key);
    }
    const servers = [...this.#servers];
    const asked = servers.filter(([id]) => this.#askedMs.has(`${address} ${id}`)).length;
    return servers.filter(([id]) => !this.#askedMs.has(`${address} ${id}`))
      .flatMap(([, peerId]) => listOpenConnections(node, peerId).find(({ direct }) => direct) ?? [])
      .slice(0, Math.max(0, MAX_ASKED - asked));
  }

  /** Applies a change, and tells everybody if that makes a difference. */
  #conclude(address: string, change: () => void): void {
    const { addresses, logger } = this.#deps;
    const before = this.status();
    change();
    const isReachable = this.#verdicts.of(address);
    if (addresses.judge(address, isReachable)) tellPeers(this.#deps);
    if (this.status() === before) return;
    logger?.info("Reachability has changed", { status: this.status(), multiaddr: address });
  }
}

interface Identified {
  readonly peerId: PeerId;
  readonly protocols: readonly string[];
  readonly observedAddr?: Multiaddr | undefined;
  readonly connection: Connection;
}

/** libp2p pushes what it stores about this node itself. */
function tellPeers({ node, components, logger }: AutonatDeps): void {
  const multiaddrs = node.getMultiaddrs().map(String)
    .map((address) => withoutPeerId(address, node.peerId.toString()))
    .map(tryParseMultiaddr).filter((address) => address !== undefined);
  components.peerStore.patch(node.peerId, { multiaddrs }).catch((error: unknown) => {
    logger?.debug("Peers not told of addresses", { error });
  });
}
