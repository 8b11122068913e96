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
  HandleOptions,
  Network,
  OpenStreamOptions,
  PeerTarget,
  Stream,
  StreamHandler,
} from "../network.ts";
import { DEFAULT_MAX_STREAMS_PER_PEER, ProtocolServer } from "../protocol_server.ts";
import { createMemoryStreamPair } from "./memory_link.ts";
import type { MemoryReachability } from "./memory_hub.ts";

const ADDRESS = /^\/memory\/([^/]+)(?:\/p2p\/([^/]+))?$/;

/** What a node needs from the hub it belongs to. */
export interface MemoryNetworkDeps {
  readonly peerId: string;
  readonly logger: Logger | undefined;
  readonly clock: Clock;
  readonly findNode: (peerId: string) => MemoryNetwork | undefined;
  readonly listNodes: () => readonly MemoryNetwork[];
  readonly reachabilityOf: (peerId: string) => MemoryReachability;
  readonly onClosed: () => void;
}

/** A node of an in-memory network. */
export class MemoryNetwork implements Network {
  readonly peerId: string;
  readonly #deps: MemoryNetworkDeps;
  readonly #servers = new Map<string, ProtocolServer>();
  readonly #streams = new Set<DuplexStream>();
  readonly #closed = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(deps: MemoryNetworkDeps) {
    this.peerId = deps.peerId;
    this.#deps = deps;
  }

  multiaddrs(): readonly string[] {
    return [`/memory/${this.peerId}/p2p/${this.peerId}`];
  }

  discoveredPeers(): readonly DiscoveredPeer[] {
    return this.#deps.listNodes().filter((node) => node !== this).map((node) => ({
      peerId: node.peerId,
      multiaddrs: node.multiaddrs(),
      method: "memory",
      lastSeenMs: this.#deps.clock.now(),
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
      const { maxStreamsPerPeer = DEFAULT_MAX_STREAMS_PER_PEER } = options;
      const { logger } = this.#deps;
      const server = new ProtocolServer({ group, protocol, handler, maxStreamsPerPeer, logger });
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
    // A dial takes time, also here: nobody may rely on a stream that is there at once.
    await abortable(Promise.resolve(), signal);
    this.#throwIfClosed();
    return node.#accept(this, protocol);
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    this.#closed.resolve();
    this.#servers.clear();
    for (const stream of this.#streams) stream.abort(new NetworkClosedError(this.peerId));
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
    return node;
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
