import type { Connection, Libp2p, PrivateKey, Stream } from "@libp2p/interface";
import { generateKeyPair } from "@libp2p/crypto/keys";
import { identify } from "@libp2p/identify";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { systemClock } from "../../src/concurrency/mod.ts";
import { addressOf, type McppProcess } from "./mcpp_process.ts";

const PAUSE_MS = 5;
/** More than a peer may ever have open. */
const MANY_STREAMS = 2_000;

/** A peer that keeps to libp2p's protocols, and to no limit. */
export class HostilePeer implements AsyncDisposable {
  readonly #node: Libp2p;
  readonly privateKey: PrivateKey;
  readonly connection: Connection;

  /** Connect to a node. */
  static async connect(
    target: McppProcess,
    appendAnnounce: readonly string[] = [],
  ): Promise<HostilePeer> {
    const privateKey = await generateKeyPair("Ed25519");
    const node = await createLibp2p({
      privateKey,
      addresses: { appendAnnounce: [...appendAnnounce] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux({ maxOutboundStreams: MANY_STREAMS })],
      connectionGater: { denyDialMultiaddr: () => false },
      services: { identify: identify() },
    });
    const connection = await node.dial(multiaddr(addressOf(target)));
    return new HostilePeer(node, privateKey, connection);
  }

  private constructor(node: Libp2p, privateKey: PrivateKey, connection: Connection) {
    this.#node = node;
    this.privateKey = privateKey;
    this.connection = connection;
  }

  get peerId(): string {
    return this.#node.peerId.toString();
  }

  get isCutOff(): boolean {
    return this.connection.status !== "open";
  }

  /** Open a stream and write to it, whatever comes of that. */
  async begin(protocol: string, bytes: Uint8Array): Promise<Stream | undefined> {
    try {
      const options = { maxOutboundStreams: MANY_STREAMS, signal: AbortSignal.timeout(5_000) };
      const stream = await this.connection.newStream(protocol, options);
      stream.send(bytes);
      return stream;
    } catch {
      // It was refused, or the connection is lost: which one is seen elsewhere.
      return undefined;
    }
  }

  /** Go on with something until the node has had enough. Returns how often it was done. */
  async untilCutOff(attack: () => Promise<unknown>): Promise<number> {
    for (let count = 0;; count++) {
      if (this.isCutOff) return count;
      await attack();
      // The end of a connection is noticed between two turns of the event loop.
      await systemClock.sleep(PAUSE_MS);
    }
  }

  /** Whether the node lets it in again. */
  async canConnect(): Promise<boolean> {
    try {
      const again = await this.#node.dial(this.connection.remoteAddr, { force: true });
      await systemClock.sleep(100);
      return again.status === "open";
    } catch {
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#node.stop();
  }
}
