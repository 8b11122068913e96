import type { Network, PeerConnection, Stream } from "../../../src/network/mod.ts";

/** Passes everything on to another network, but for what somebody puts in its place. */
export class WrappedNetwork implements Network {
  readonly #inner: Network;
  readonly peerId: string;

  constructor(inner: Network) {
    this.#inner = inner;
    this.peerId = inner.peerId;
  }

  multiaddrs(): readonly string[] {
    return this.#inner.multiaddrs();
  }

  handle(...args: Parameters<Network["handle"]>): Promise<void> {
    return this.#inner.handle(...args);
  }

  openStream(...args: Parameters<Network["openStream"]>): Promise<Stream> {
    return this.#inner.openStream(...args);
  }

  connect(...args: Parameters<Network["connect"]>): Promise<PeerConnection> {
    return this.#inner.connect(...args);
  }

  disconnect(peerId: string): Promise<boolean> {
    return this.#inner.disconnect(peerId);
  }

  connections(): readonly PeerConnection[] {
    return this.#inner.connections();
  }

  startDiscovery(): void {
    this.#inner.startDiscovery();
  }

  discoveredPeers(): ReturnType<Network["discoveredPeers"]> {
    return this.#inner.discoveredPeers();
  }

  discover(...args: Parameters<Network["discover"]>): ReturnType<Network["discover"]> {
    return this.#inner.discover(...args);
  }

  discoveryHealth(): ReturnType<Network["discoveryHealth"]> {
    return this.#inner.discoveryHealth();
  }

  reachability(): ReturnType<Network["reachability"]> {
    return this.#inner.reachability();
  }

  noteOffence(...args: Parameters<Network["noteOffence"]>): void {
    this.#inner.noteOffence(...args);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#inner[Symbol.asyncDispose]();
  }
}
