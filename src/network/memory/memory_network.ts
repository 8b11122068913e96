import { type Clock, type TaskGroup, waitForAbort } from "../../concurrency/mod.ts";
import { abortable } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { DuplexStream } from "../duplex_stream.ts";
import {
  InvalidMultiaddrError,
  NetworkClosedError,
  PeerUnknownError,
  PeerUnreachableError,
  ProtocolUnsupportedError,
} from "../errors.ts";
import type {
  DiscoveredPeer,
  DiscoverOptions,
  DiscoveryHealth,
  DiscoveryReport,
  HandleOptions,
  Network,
  OpenStreamOptions,
  PeerConnection,
  PeerTarget,
  Reachability,
  Stream,
  StreamHandler,
} from "../network.ts";
import type { ConnectionPolicy } from "../conduct/connection_policy.ts";
import type { Offence } from "../conduct/offence.ts";
import type { Refusal } from "../conduct/refusal.ts";
import { PeerConduct } from "../conduct/peer_conduct.ts";
import { ProtocolServer } from "../protocol_server.ts";
import { createMemoryStreamPair } from "./memory_link.ts";
import type { MemoryReachability } from "./memory_hub.ts";

/** How the nodes of a hub find each other. */
const METHOD = "memory";
const ADDRESS = /^\/memory\/([^/]+)(?:\/p2p\/([^/]+))?$/;

/** What a node needs from the hub it belongs to. */
export interface MemoryNetworkDeps {
  readonly peerId: string;
  readonly logger: Logger | undefined;
  readonly clock: Clock;
  readonly policy: ConnectionPolicy | undefined;
  readonly onRefusal: ((refusal: Refusal) => void) | undefined;
  readonly findNode: (peerId: string) => MemoryNetwork | undefined;
  readonly listNodes: () => readonly MemoryNetwork[];
  readonly reachabilityOf: (peerId: string) => MemoryReachability;
  readonly onClosed: () => void;
}

/** A node of an in-memory network. */
export class MemoryNetwork implements Network {
  readonly peerId: string;
  readonly #deps: MemoryNetworkDeps;
  readonly #conduct: PeerConduct;
  readonly #servers = new Map<string, ProtocolServer>();
  readonly #streams = new Set<DuplexStream>();
  readonly #connections = new Map<string, Omit<PeerConnection, "streams">>();
  readonly #closed = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(deps: MemoryNetworkDeps) {
    this.peerId = deps.peerId;
    this.#deps = deps;
    this.#conduct = new PeerConduct(deps);
  }

  multiaddrs(): readonly string[] {
    return [`/memory/${this.peerId}/p2p/${this.peerId}`];
  }

  /** All nodes of a hub know each other from the beginning. */
  startDiscovery(): void {}

  discoveredPeers(): readonly DiscoveredPeer[] {
    return this.#deps.listNodes().filter((node) => node !== this).map((node) => ({
      peerId: node.peerId,
      multiaddrs: node.multiaddrs(),
      method: METHOD,
      methods: [METHOD],
      lastSeenMs: this.#deps.clock.now(),
    }));
  }

  discover(options: DiscoverOptions = {}): Promise<readonly DiscoveryReport[]> {
    return Promise.try(() => {
      options.signal?.throwIfAborted();
      this.#throwIfClosed();
      const found = this.discoveredPeers().map(({ peerId }) => peerId);
      const { methods = [METHOD] } = options;
      return [...new Set(methods)].map((method) => {
        const reason = method === METHOD ? undefined : "there is no such method here";
        const peerIds = method === METHOD ? found : [];
        return { method, ok: reason === undefined, reason, peerIds, durationMs: 0 };
      });
    });
  }

  discoveryHealth(): readonly DiscoveryHealth[] {
    const peers = this.discoveredPeers().length;
    return [{ method: METHOD, reach: "host", ok: true, failures: 0, peers }];
  }

  reachability(): Reachability {
    const addresses = this.multiaddrs()
      .map((multiaddr) => ({ multiaddr, kind: "listen" as const, isVerified: true }));
    return { status: "public", addresses };
  }

  noteOffence(peerId: string, offence: Offence): void {
    if (!this.#conduct.noteOffence(peerId, offence)) return;
    this.#refuse(peerId, "banned");
    this.#cutOff(peerId, "The peer is banned");
  }

  connections(): readonly PeerConnection[] {
    const streams = [...this.#streams];
    return [...this.#connections.values()].map((connection) => ({
      ...connection,
      streams: streams.filter((each) => each.remotePeerId === connection.peerId).length,
    }));
  }

  handle(
    group: TaskGroup,
    protocol: string,
    handler: StreamHandler,
    options: HandleOptions = {},
  ): Promise<void> {
    return Promise.try(() => {
      this.#throwIfClosed();
      if (this.#servers.has(protocol)) {
        throw new TypeError(
          `Cannot serve protocol as it is served already: protocol "${protocol}"`,
        );
      }
      const { clock, logger } = this.#deps;
      const server = new ProtocolServer({
        ...options,
        group,
        protocol,
        handler,
        conduct: this.#conduct,
        onFlood: (peerId) => this.noteOffence(peerId, "flood"),
        clock,
        logger,
      });
      group.spawn(`serve ${protocol}`, async (signal) => {
        await waitForAbort(signal);
        this.#servers.delete(protocol);
      });
      this.#servers.set(protocol, server);
    });
  }

  async openStream(
    target: PeerTarget,
    protocol: string,
    options: OpenStreamOptions = {},
  ): Promise<Stream> {
    const { signal } = options;
    signal?.throwIfAborted();
    this.#throwIfClosed();
    const node = await this.#dial(target, signal);
    return node.#accept(this, protocol);
  }

  async connect(target: PeerTarget, { signal }: OpenStreamOptions = {}): Promise<PeerConnection> {
    signal?.throwIfAborted();
    this.#throwIfClosed();
    const { peerId } = await this.#dial(target, signal);
    const connection = this.connections().find((each) => each.peerId === peerId);
    if (connection === undefined) throw new PeerUnreachableError(peerId, "the connection is lost");
    return connection;
  }

  disconnect(peerId: string): Promise<boolean> {
    return Promise.try(() => {
      this.#throwIfClosed();
      return this.#cutOff(peerId, "The peer is disconnected");
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    this.#closed.resolve();
    this.#servers.clear();
    for (const stream of this.#streams) stream.abort(new NetworkClosedError(this.peerId));
    this.#connections.clear();
    for (const node of this.#deps.listNodes()) node.#connections.delete(this.peerId);
    this.#deps.onClosed();
    return Promise.resolve();
  }

  async #dial(target: PeerTarget, signal: AbortSignal | undefined): Promise<MemoryNetwork> {
    const { name, peerId, node } = this.#resolve(target);
    const reachability = this.#deps.reachabilityOf(peerId);
    if (reachability === "stalled") {
      await abortable(this.#closed.promise, signal);
      this.#throwIfClosed();
    }
    if (node === undefined || reachability === "unreachable") {
      throw new PeerUnreachableError(name, "nobody answers at its address");
    }
    if (node === this) throw new PeerUnreachableError(name, "it is this node itself");
    // A dial takes time, also here: nobody may rely on what is there at once.
    await abortable(Promise.resolve(), signal);
    this.#throwIfClosed();
    if (this.#isRefused(peerId) || node.#isRefused(this.peerId)) {
      throw new PeerUnreachableError(name, "one of the two does not let the other in");
    }
    this.#noteConnection(node, "outbound");
    node.#noteConnection(this, "inbound");
    return node;
  }

  #isRefused(peerId: string): boolean {
    const reason = this.#conduct.refusalOf(peerId);
    if (reason !== undefined) this.#refuse(peerId, reason);
    return reason !== undefined;
  }

  #refuse(peerId: string, reason: string): void {
    this.#conduct.refuse({ peerId, reason, subject: "connection" });
  }

  /** Ends all that there is with a peer. Returns whether they were connected. */
  #cutOff(peerId: string, reason: string): boolean {
    const isConnected = this.#connections.delete(peerId);
    for (const node of this.#deps.listNodes()) {
      if (node.peerId === peerId) node.#connections.delete(this.peerId);
    }
    for (const stream of this.#streams) {
      if (stream.remotePeerId === peerId) stream.abort(new Error(reason));
    }
    return isConnected;
  }

  #noteConnection(other: MemoryNetwork, direction: PeerConnection["direction"]): void {
    const { peerId } = other;
    if (this.#isClosed || other.#isClosed || this.#connections.has(peerId)) return;
    const [multiaddr = ""] = other.multiaddrs();
    const openedAtMs = this.#deps.clock.now();
    this.#connections.set(peerId, { peerId, multiaddr, isRelayed: false, direction, openedAtMs });
  }

  #resolve(target: PeerTarget): ResolvedTarget {
    if ("peerId" in target) {
      const node = this.#deps.findNode(target.peerId);
      if (node === undefined) throw new PeerUnknownError(target.peerId);
      return { name: target.peerId, peerId: target.peerId, node };
    }
    const name = target.multiaddr;
    const [, host, peerId = host] = ADDRESS.exec(name) ?? [];
    if (host === undefined || peerId === undefined) {
      throw new InvalidMultiaddrError(name, "it is not an in-memory address");
    }
    const node = this.#deps.findNode(host);
    if (node !== undefined && host !== peerId) {
      throw new PeerUnreachableError(name, `another peer answers there, "${host}"`);
    }
    return { name, peerId, node };
  }

  #accept(dialler: MemoryNetwork, protocol: string): Stream {
    const server = this.#servers.get(protocol);
    if (server === undefined) throw new ProtocolUnsupportedError(this.peerId, protocol);
    const { clock } = this.#deps;
    const pair = createMemoryStreamPair(
      { protocol, remotePeerId: this.peerId, clock, onFinished: () => near.delete(pair.near) },
      { protocol, remotePeerId: dialler.peerId, clock, onFinished: () => far.delete(pair.far) },
    );
    const near = dialler.#streams.add(pair.near);
    const far = this.#streams.add(pair.far);
    server.accept(pair.far);
    return pair.near;
  }

  #throwIfClosed(): void {
    if (this.#isClosed) throw new NetworkClosedError(this.peerId);
  }
}

interface ResolvedTarget {
  readonly name: string;
  readonly peerId: string;
  readonly node: MemoryNetwork | undefined;
}
